using Ketman.Disclosures;
using Ketman.Hosting;

var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
try
{
    await using var app = DisclosuresService.Build(KetmanSettings.Read(configuration));
    await app.RunAsync();
    return 0;
}
catch (SettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
