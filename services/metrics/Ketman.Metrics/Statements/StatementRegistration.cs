using Ketman.Hosting;
using Ketman.Hosting.Proofs;
using Ketman.Metrics.Statements.Kept;

namespace Ketman.Metrics.Statements;

/// <summary>What statements need of the service.</summary>
internal static class StatementRegistration
{
    public static void AddStatements(this IServiceCollection services, KetmanSettings settings, string service)
    {
        var keys = SealKeyFiles.Open(settings, service);
        services.AddSingleton(provider => new StatementLedger(provider.GetRequiredService<Npgsql.NpgsqlDataSource>(), keys));
        services.AddSingleton<NoteBook>();
        services.AddSingleton<StatementShelf>();
        services.AddSingleton<StatementDesk>();
        services.AddSingleton<LifeCycleEndpoints.Work>();
    }
}
