using Microsoft.Extensions.Configuration;

namespace Ketman.Embedded.Tests;

public sealed class EmbeddedSettingsTests
{
    [Theory]
    [InlineData("http://127.0.0.1:18400", "http://127.0.0.1:18400/")]
    [InlineData("http://0.0.0.0:18400", "http://127.0.0.1:18400/")]
    [InlineData("http://[::]:18400", "http://127.0.0.1:18400/")]
    [InlineData("http://10.0.0.7:18400", "http://10.0.0.7:18400/")]
    public void the_dashboard_finds_the_gateway_where_it_can_be_reached_from_here(string listen, string gateway)
    {
        var settings = EmbeddedSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KETMAN_LISTEN"] = listen,
            ["KETMAN_DASHBOARD"] = "http://127.0.0.1:18499",
            ["KETMAN_KEYS"] = "/nowhere",
            ["KETMAN_DATABASE_GATEWAY"] = "postgres://a@b/c",
            ["KETMAN_DATABASE_INTAKE"] = "postgres://a@b/c",
            ["KETMAN_DATABASE_DISCLOSURES"] = "postgres://a@b/c",
            ["KETMAN_DATABASE_METRICS"] = "postgres://a@b/c",
        }).Build());

        settings["gateway"].Listen.ShouldBe(new Uri(listen));
        (settings.Dashboard.Gateway, settings.Dashboard.Listen).ShouldBe((new Uri(gateway), new Uri("http://127.0.0.1:18499")));
        settings["gateway"].Dashboard.ShouldBe(settings.Dashboard.Listen);
    }
}
