using Ketman.Hosting;
using Ketman.Intake;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
try
{
    await using var app = IntakeService.Build(KetmanSettings.Read(configuration));
    await app.RunAsync();
    return 0;
}
catch (SettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
