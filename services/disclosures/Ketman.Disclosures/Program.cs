using Ketman.Disclosures;
using Ketman.Hosting;

return await KetmanService.RunAsync(settings => DisclosuresService.Build(settings));
