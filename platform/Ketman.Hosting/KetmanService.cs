using System.Text.Json;
using Ketman.Contracts;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Telemetry;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Hosting;

/// <summary>What every process of the platform has in common.</summary>
public static class KetmanService
{
    // A batch of a thousand facts fits; anything larger is refused before it is read.
    private const long LargestBody = 16 * 1024 * 1024;

    /// <summary>
    /// A builder with address, JSON logs, problem details, strict JSON, health and the database; the service adds what is its own.
    /// </summary>
    /// <param name="name">The service's name, e.g. <c>intake</c>.</param>
    /// <param name="settings">Its settings.</param>
    public static WebApplicationBuilder CreateBuilder(string name, KetmanSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            ApplicationName = $"ketman-{name}",
            ContentRootPath = AppContext.BaseDirectory,
            // All settings come from the environment. By itself the host would look for files with others wherever it is started, and watch every folder
            // below for changes: a thousand of a checkout, in some of which a database writes all the time.
            Args = ["--hostBuilder:reloadConfigOnChange=false"],
        });
        builder.WebHost.UseUrls(settings.Listen.ToString());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = LargestBody;
        });

        builder.Logging.ClearProviders().AddJsonConsole(console => console.UseUtcTimestamp = true);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        // Every statement, and every asking after health, would be a line; what is wrong is said by those whom it concerns.
        builder.Logging.AddFilter("Npgsql", LogLevel.Warning);
        // It would write every address asked for, and handles of people stand in those.
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);

        builder.AddKetmanTelemetry(name);
        builder.Services.AddSingleton(settings);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddNpgsqlDataSource(settings, name);
        if (name != InternalToken.Gateway)
        {
            // The gateway has doors of another kind.
            builder.Services.AddInternalAuth(name, settings.KeysDirectory);
        }

        builder.Services.AddProblemDetails();
        builder.Services.AddExceptionHandler<ProblemHandler>();
        builder.Services.ConfigureHttpJsonOptions(json => CopyTo(json.SerializerOptions));
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database");
        builder.Services.AddOpenApi("v1", openApi => openApi.AddSchemaTransformer<WireSchemas>());
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return builder;
    }

    /// <summary>Runs a process of the platform until it is told to stop; its exit status is 1 when a setting is missing.</summary>
    /// <param name="build">Puts the process together.</param>
    public static async Task<int> RunAsync(Func<KetmanSettings, WebApplication> build)
    {
        var environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        try
        {
            await using var app = build(KetmanSettings.Read(environment));
            await app.RunAsync();
            return 0;
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>The pipeline that every process has, and the endpoints that need no credentials.</summary>
    public static void UseKetman(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Answer(context.HttpContext));
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteHealthAsync }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { ResponseWriter = WriteHealthAsync }).AllowAnonymous();
        app.MapOpenApi("/openapi/{documentName}.json").ForEveryCaller();
    }

    private static void AddNpgsqlDataSource(this IServiceCollection services, KetmanSettings settings, string name) =>
        services.AddSingleton(provider =>
        {
            var builder = new NpgsqlDataSourceBuilder(settings.Database) { Name = name };
            builder.ConnectionStringBuilder.ApplicationName = $"ketman-{name}";
            builder.UseLoggerFactory(provider.GetRequiredService<ILoggerFactory>());
            return builder.Build();
        });

    private static void CopyTo(JsonSerializerOptions http)
    {
        var options = ContractJson.Options;
        http.PropertyNamingPolicy = options.PropertyNamingPolicy;
        http.DefaultIgnoreCondition = options.DefaultIgnoreCondition;
        http.RespectNullableAnnotations = true;
        http.Encoder = options.Encoder;
        foreach (var converter in options.Converters)
        {
            http.Converters.Add(converter);
        }
    }

    // Routing's own refusals (404, 405, 415) have no body; a client should not have to guess.
    private static Task Answer(HttpContext context)
    {
        var (slug, title) = context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => ("unauthenticated", "Credentials are missing or not valid."),
            StatusCodes.Status403Forbidden => ("forbidden", "These credentials do not allow it."),
            StatusCodes.Status404NotFound => ("no-such-route", "There is nothing at this address."),
            StatusCodes.Status405MethodNotAllowed => ("method-not-allowed", "This address does not take that method."),
            StatusCodes.Status413PayloadTooLarge => ("body-too-large", "The body is too large."),
            StatusCodes.Status415UnsupportedMediaType => ("not-json", "The body must be JSON."),
            _ => ("bad-request", "The request could not be answered."),
        };
        return Problems.With(context.Response.StatusCode, slug, title).ToResult().ExecuteAsync(context);
    }

    private static Task WriteHealthAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            status = report.Status switch { HealthStatus.Healthy => "ready", HealthStatus.Degraded => "alert", _ => "not-ready" },
            // What an operator must see to although the service does its work. Null, and so absent, when there is nothing.
            alerts = AlertsOf(report),
            checks = report.Entries.ToDictionary(
                entry => entry.Key, entry => new { ready = entry.Value.Status is not HealthStatus.Unhealthy, entry.Value.Description, entry.Value.Data }),
        },
        ContractJson.Options);

    private static List<string>? AlertsOf(HealthReport report)
    {
        var alerts = report.Entries.Where(entry => entry.Value.Status is HealthStatus.Degraded).Select(entry => $"{entry.Key}: {entry.Value.Description}").ToList();
        return alerts.Count > 0 ? alerts : null;
    }

    private sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await using var command = database.CreateCommand("select 1");
                await command.ExecuteScalarAsync(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (NpgsqlException)
            {
                return HealthCheckResult.Unhealthy("the database does not answer");
            }
        }
    }
}
