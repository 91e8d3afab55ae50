using Ketman.EventStore;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Operations;
using Ketman.Metrics.Board;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Companies;
using Ketman.Metrics.Figures;
using Ketman.Metrics.Live;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Search;
using Ketman.Metrics.Statements;
using Ketman.Metrics.Timelines;
using Ketman.Metrics.Timetables;
using Ketman.Metrics.Views;
using Ketman.Metrics.Watch;

namespace Ketman.Metrics;

/// <summary>The service that answers how things stand: board, timelines, company records and the monthly statement.</summary>
public static class MetricsService
{
    private const string Name = "metrics";

    /// <summary>Builds the service; running it applies its migrations first.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="bus">The bus it shares with other services of this process; null: RabbitMQ, as the settings say.</param>
    /// <exception cref="SettingException">A setting that it needs is missing.</exception>
    public static WebApplication Build(KetmanSettings settings, SharedBus? bus = null)
    {
        var builder = KetmanService.CreateBuilder(Name, settings);
        builder.Services.AddMigrations(typeof(MetricsService).Assembly, Name);
        builder.Services.AddSingleton(new TeamCalendar(settings.Zone));
        builder.Services.AddSingleton<BusinessTime>();
        builder.Services.AddPeerClient("intake", settings.Intake ?? throw new SettingException("KETMAN_INTAKE", "the URL of Intake, e.g. http://127.0.0.1:7401"));
        builder.Services.AddPeerClient("disclosures", settings.Disclosures ?? throw new SettingException("KETMAN_DISCLOSURES", "the URL of Disclosures, e.g. http://127.0.0.1:7402"));
        builder.Services.AddKetmanBus(bus ?? SharedBus.RabbitMq(settings.Bus ?? throw new SettingException("KETMAN_BUS", "a URL such as amqp://user:password@host:5672/vhost")))
            .Consume<MetricsReadModels>("ketman.metrics", "intake", "disclosures");
        builder.Services.AddSingleton<TimetableTable>();
        builder.Services.AddSingleton<TimetableOwner>();
        builder.Services.AddHostedService<TimetableFollowing>();
        builder.Services.AddHostedService<WordGathering>();
        builder.Services.AddSingleton<Likeness>();
        builder.Services.AddOperations();
        builder.Services.AddStatements(settings, Name);
        builder.Services.AddLive();

        var app = builder.Build();
        app.UseKetman();
        app.MapOperations(Name);
        app.MapBoard();
        app.MapViews();
        app.MapWatch();
        app.MapTimeline();
        app.MapCompanyRecord();
        app.MapFigures();
        app.MapMetricDefinitions();
        app.MapStatement();
        app.MapLive();
        app.MapRoadProgress();
        app.MapErasureProgress(Name);
        return app;
    }
}
