using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Ketman.Dashboard.Account;
using Ketman.Dashboard.Accounts;
using Ketman.Dashboard.Administration;
using Ketman.Dashboard.Assessments;
using Ketman.Dashboard.Board;
using Ketman.Dashboard.Companies;
using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Figures;
using Ketman.Dashboard.Incident;
using Ketman.Dashboard.Leads;
using Ketman.Dashboard.Shell;
using Ketman.Dashboard.SignIn;
using Ketman.Dashboard.Statements;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.WebEncoders;

namespace Ketman.Dashboard;

/// <summary>The pages. They hold nothing between two requests: everything comes from the gateway's API, with the rights of whoever looks.</summary>
public static class DashboardService
{
    private const long LargestForm = 1024 * 1024;

    /// <summary>Builds the dashboard.</summary>
    public static WebApplication Build(DashboardSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = typeof(DashboardService).Assembly.GetName().Name,
            ContentRootPath = AppContext.BaseDirectory,
            // Its settings come from its environment: no folder is to be watched for files with others.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.WebHost.UseUrls(settings.Listen.ToString());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestForm;
        });
        builder.Logging.ClearProviders().AddJsonConsole(console => console.UseUtcTimestamp = true);
        // Addresses name companies and people: they are in no log.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Logging.AddFilter("System.Net.Http", LogLevel.None);

        var services = builder.Services;
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<PlatformConnection>();
        services.AddSingleton<Assets>();
        services.AddScoped<PlatformApi>();
        services.AddScoped<Visitor>();
        services.AddHttpContextAccessor();
        services.AddRazorComponents();
        services.AddHealthChecks();
        // Letters of all scripts as they are: as entities they would weigh six times as much.
        services.Configure<WebEncoderOptions>(encoder => encoder.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true; // The one secret in a page is never twice the same letters: Visitor.Csrf.
            compression.Providers.Add<BrotliCompressionProvider>();
            compression.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);

        var app = builder.Build();
        app.UseGatewayOnly();
        // Before anybody is asked who he is.
        app.UseHealthChecks("/health/live");
        app.UseHealthChecks("/health/ready");
        app.UseAssets();
        app.UseResponseCompression();
        app.UseErrorPages();
        app.UseVisitor();
        app.MapPages();
        return app;
    }

    private static void MapPages(this WebApplication app)
    {
        app.MapSignIn();
        app.MapBoard();
        app.MapCompanies();
        app.MapAccounts();
        app.MapLeads();
        app.MapAssessments();
        app.MapAccount();
        app.MapAdministration();
        app.MapFigures();
        app.MapStatements();
        app.MapIncident();
        app.MapFallback(() => Page.Of<ErrorPage>(new { Problem = Errors.NoSuchPage }, StatusCodes.Status404NotFound));
    }
}
