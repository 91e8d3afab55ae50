using Ketman.Disclosures.Notices;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Deadlines;

/// <summary>Puts the deadline clock into the service.</summary>
internal static class DeadlineRegistration
{
    /// <summary>Registers the deadline rows, the clock that follows them, its health check and what operators ask of it.</summary>
    public static IServiceCollection AddDeadlines(this IServiceCollection services)
    {
        services.AddSingleton<IInlineState<Disclosure>, DeadlineRow>();
        services.AddSingleton<DeadlineTable>();
        services.AddSingleton<DeadlineOperations>();
        services.AddSingleton<DeadlineDecider>();
        services.AddSingleton<CatchingUp>();
        services.AddSingleton<DeadlineClock>();
        services.AddHostedService(provider => provider.GetRequiredService<DeadlineClock>());
        services.AddHealthChecks().AddCheck<DeadlineCheck>("deadlines");
        return services;
    }
}
