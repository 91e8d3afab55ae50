using Ketman.Hosting;
using Ketman.Metrics;

return await KetmanService.RunAsync(settings => MetricsService.Build(settings));
