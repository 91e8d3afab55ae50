using Ketman.Hosting;
using Ketman.Intake;

return await KetmanService.RunAsync(settings => IntakeService.Build(settings));
