using Ketman.Dashboard;

var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
try
{
    await using var app = DashboardService.Build(DashboardSettings.Read(environment));
    await app.RunAsync();
    return 0;
}
catch (DashboardSettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
