using Ketman.Hosting.Auth;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Policies;

/// <summary>Every command on policies.</summary>
public static class PolicyCommands
{
    /// <summary>The catalogue.</summary>
    public static CommandCatalogue<PolicyHistory> Create() => new CommandCatalogue<PolicyHistory>(PolicyHistory.Aggregate)
        .Create("apply-policy", "policies", ApplyPolicy.Decide, new ApplyPolicy.Rules(), ApplyPolicy.LocateAsync, role: CallerRoles.Lead);
}
