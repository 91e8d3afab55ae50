using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Confidential;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Notices;
using Ketman.Disclosures.Policies;
using Ketman.Disclosures.Publication;
using Ketman.Disclosures.Reading;
using Ketman.Disclosures.References;
using Ketman.Disclosures.Timetables;
using Ketman.EventStore;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Operations;
using Ketman.Hosting.Proofs;

namespace Ketman.Disclosures;

/// <summary>The Disclosures service, put together.</summary>
public static class DisclosuresService
{
    private const string Name = "disclosures";

    /// <summary>Builds the service; running it applies its migrations first.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="bus">The bus it shares with other services of this process; null: RabbitMQ, as the settings say.</param>
    /// <exception cref="SettingException">A setting that it needs is missing.</exception>
    public static WebApplication Build(KetmanSettings settings, SharedBus? bus = null)
    {
        var builder = KetmanService.CreateBuilder(Name, settings);
        builder.Services.AddPeerClient("intake", settings.Intake ?? throw new SettingException("KETMAN_INTAKE", "the URL of Intake, e.g. http://127.0.0.1:7401"));
        builder.Services.AddSingleton<IntakeDirectory>();
        builder.Services.AddSingleton<ClearanceDesk>();
        builder.Services.AddSingleton<IRefResolver, DisclosureReferences>();
        builder.Services.AddSingleton<IInlineReadModel, DisclosureTable>();
        builder.Services.AddSingleton<PolicyTable>();
        builder.Services.AddSingleton<IInlineReadModel>(provider => provider.GetRequiredService<PolicyTable>());
        builder.Services.AddSingleton<ShippedPolicies>();
        builder.Services.AddEventStore(DisclosureStream.Events, SealKeyFiles.Open(settings, Name));
        builder.Services.AddMigrations(typeof(DisclosuresService).Assembly, Name, BeginAsync);
        builder.Services.AddInlineRebuild(new(typeof(DisclosuresService).Assembly, Name, ["disclosures", "policies"]));
        builder.Services.AddDeadlines();
        builder.Services.AddSingleton<ConfidentialityTable>();
        builder.Services.AddSingleton<IInlineState<Disclosure>>(provider => provider.GetRequiredService<ConfidentialityTable>());
        builder.Services.AddSingleton<CaseAccess>();
        builder.Services.AddSingleton<IStreamAccess>(provider => provider.GetRequiredService<CaseAccess>());
        builder.Services.AddSingleton<CaseReader>();
        builder.Services.AddCommands();
        builder.Services.AddKetmanBus(bus ?? SharedBus.RabbitMq(settings.Bus ?? throw new SettingException("KETMAN_BUS", "a URL such as amqp://user:password@host:5672/vhost")))
            .Publish(DisclosureContracts.ToContract)
            .Consume<IntakeNews>("ketman.disclosures", "intake");
        builder.Services.AddOperations();

        var app = builder.Build();
        app.UseKetman();
        app.MapOperations(Name);
        var commands = DisclosureCommands.Create();
        app.MapCommands(commands);
        app.MapCommands(PolicyCommands.Create());
        app.MapBatch("disclosures/batch", commands);
        app.MapStreamEvents();
        app.MapVerification(Name, "disclosure", "policy");
        app.MapRoadProgress();
        app.MapErasureProgress(Name);
        ListDisclosures.Map(app);
        ShowDisclosure.Map(app);
        ExportDossier.Map(app);
        PolicyQueries.Map(app);
        PolicyReplay.Map(app);
        ShowLadder.Map(app);
        ShowPublication.Map(app);
        CheckPublication.Map(app);
        ListNotices.Map(app);
        DeadlineEndpoints.Map(app);
        ShowClocks.Map(app);
        TimetableEndpoint.Map(app);
        return app;
    }

    // The shipped policies are there before the first case is opened; cases that are older than the table of deadlines get their rows.
    private static async Task BeginAsync(IServiceProvider provider, CancellationToken cancellation)
    {
        await provider.GetRequiredService<ShippedPolicies>().ApplyAsync(cancellation);
        await provider.GetRequiredService<DeadlineOperations>().InsertMissingAsync(cancellation);
        await provider.GetRequiredService<ConfidentialityTable>().InsertMissingAsync(cancellation);
    }
}
