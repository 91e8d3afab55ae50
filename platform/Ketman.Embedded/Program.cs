using Ketman.Embedded;
using Ketman.Hosting;

var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
try
{
    await using var platform = EmbeddedPlatform.Build(environment);
    await platform.RunAsync();
    return 0;
}
catch (SettingException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
