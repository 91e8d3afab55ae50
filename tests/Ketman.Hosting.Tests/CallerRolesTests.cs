using Ketman.Hosting.Auth;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Ketman.Hosting.Tests;

/// <summary>Deny is the default: whom an endpoint lets in is said, or the service does not start.</summary>
public sealed class CallerRolesTests
{
    [Fact]
    public async Task a_service_with_an_endpoint_that_does_not_say_whom_it_lets_in_does_not_start()
    {
        await using var app = App();
        app.MapGet("open/to/whom", () => "?");
        var refused = await Should.ThrowAsync<InvalidOperationException>(() => app.StartAsync(TestContext.Current.CancellationToken));
        refused.Message.ShouldBe("Endpoints without a declared role: open/to/whom");
    }

    [Fact]
    public async Task a_service_that_says_it_everywhere_starts()
    {
        await using var app = App();
        app.MapGet("board", () => "x").ForRole(CallerRoles.Viewer);
        app.MapGet("openapi", () => "x").ForEveryCaller();
        app.MapGet("health", () => "x").AllowAnonymous();
        app.MapGroup("internal").MapGet("log", () => "x");
        await app.StartAsync(TestContext.Current.CancellationToken);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static WebApplication App()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseSetting("urls", "http://127.0.0.1:0");
        builder.Services.AddInternalAuth("test", Directory.CreateTempSubdirectory("ketman-roles-").FullName);
        return builder.Build();
    }
}
