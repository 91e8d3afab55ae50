using Ketman.EventStore;
using Ketman.Hosting;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Bus;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Operations;
using Ketman.Hosting.Proofs;
using Ketman.Intake.Accounts;
using Ketman.Intake.Assessments;
using Ketman.Intake.Companies;
using Ketman.Intake.Duplicates;
using Ketman.Intake.Leads;
using Ketman.Intake.References;

namespace Ketman.Intake;

/// <summary>The service that knows companies, accounts and leads, and what is asked about accounts.</summary>
public static class IntakeService
{
    /// <summary>Puts it together.</summary>
    /// <param name="settings">Its settings.</param>
    /// <param name="bus">The bus of the process; null: that of the settings.</param>
    /// <exception cref="SettingException">A setting is missing.</exception>
    public static WebApplication Build(KetmanSettings settings, SharedBus? bus = null)
    {
        var builder = KetmanService.CreateBuilder("intake", settings);
        var services = builder.Services;
        services.AddEventStore(IntakeEvents.Types, SealKeyFiles.Open(settings, "intake"));
        services.AddMigrations(typeof(IntakeService).Assembly, "intake");
        services.AddCommands();
        services.AddScoped<NewAccountIds>();
        services.AddSingleton<ReferenceBook>();
        services.AddSingleton<DisclosedLeads>();
        services.AddSingleton<IStreamAccess, IntakeAccess>();
        services.AddSingleton<IRefResolver>(provider => provider.GetRequiredService<ReferenceBook>());
        services.AddSingleton<IInlineReadModel, CompanyReadModel>();
        services.AddSingleton<IInlineReadModel, AccountReadModel>();
        services.AddSingleton<IInlineReadModel, LeadReadModel>();
        services.AddSingleton<IInlineReadModel, AssessmentReadModel>();
        services.AddInlineRebuild(new(typeof(IntakeService).Assembly, "intake", ["companies", "company_repositories", "accounts", "account_links", "leads", "lead_accounts", "assessments"]));
        services.AddPeerClient("disclosures", settings.Disclosures ?? throw new SettingException("KETMAN_DISCLOSURES", "the base URL of Disclosures"));
        services.AddKetmanBus(bus ?? SharedBus.RabbitMq(settings.Bus ?? throw new SettingException("KETMAN_BUS", "a URL that begins with amqp://")))
            .Publish(IntakeContracts.ToContract)
            .Consume<DisclosureNews>("ketman.intake", "disclosures");
        services.AddOperations();

        var app = builder.Build();
        app.UseKetman();
        app.MapOperations("intake");
        var companies = CompanyCommands.Create();
        var accounts = AccountCommands.Create();
        var leads = LeadCommands.Create();
        var assessments = AssessmentCommands.Create();
        app.MapCommands(companies);
        app.MapCommands(accounts);
        app.MapCommands(leads);
        app.MapCommands(assessments);
        app.MapBatch("intake/batch", companies, accounts, leads, assessments);
        app.MapCompanies();
        app.MapAccounts();
        app.MapLeads();
        app.MapAssessments();
        app.MapDuplicates();
        app.MapResolve();
        app.MapClearance();
        app.MapStreamEvents();
        app.MapVerification("intake", "company", "account", "lead", Assessment.Category);
        app.MapRoadProgress();
        app.MapErasureProgress("intake");
        return app;
    }
}
