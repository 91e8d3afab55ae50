using System.Reflection;
using Ketman.Hosting.Bus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Migrations = Ketman.EventStore.Migrations;

namespace Ketman.Hosting;

/// <summary>Brings a service's tables into being before anything of it runs.</summary>
public static class Schema
{
    /// <summary>
    /// Applies the scripts <c>Sql/*.sql</c> of <paramref name="assembly"/> at start, in the order of these calls. A database that
    /// does not answer yet is waited for: services and servers may start in any order.
    /// </summary>
    /// <param name="services">The service's collection.</param>
    /// <param name="component">Whose scripts they are, e.g. <c>intake</c>.</param>
    /// <param name="assembly">What embeds them.</param>
    public static IServiceCollection AddSchema(this IServiceCollection services, string component, Assembly assembly)
    {
        services.AddSingleton(new Component(component, assembly));
        if (services.All(service => service.ImplementationType != typeof(SchemaStart)))
        {
            services.AddSingleton<IHostedService, SchemaStart>();
        }

        return services;
    }

    internal sealed record Component(string Name, Assembly Assembly);
}

/// <summary>Runs before every other hosted service starts, the web server among them: no request meets a missing table.</summary>
internal sealed partial class SchemaStart(
    IEnumerable<Schema.Component> components, NpgsqlDataSource database, TimeProvider time, ILogger<SchemaStart> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time);
        foreach (var component in components)
        {
            while (!await TryApplyAsync(component, backoff, cancellationToken))
            {
                await backoff.WaitAsync(cancellationToken);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<bool> TryApplyAsync(Schema.Component component, Backoff backoff, CancellationToken cancellation)
    {
        try
        {
            await Migrations.ApplyAsync(database, component.Assembly, component.Name, logger, cancellation);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException { InnerException: not null } or PostgresException { SqlState: "57P03" or "53300" or "3D000" })
        {
            if (backoff.Fail())
            {
                LogWaiting(component.Name, e.GetType().Name);
            }

            return false;
        }
    }

    [LoggerMessage(LogLevel.Warning, "The database does not answer yet ({Reason}); waiting to prepare the tables of {Component}")]
    private partial void LogWaiting(string component, string reason);
}
