using Ketman.Gateway;
using Ketman.Hosting;

return await KetmanService.RunAsync(GatewayService.Build);
