using Ketman.Metrics.Figures;

namespace Ketman.Metrics.Statements;

/// <summary>
/// What a figure means, as it stands beside the figure wherever it is shown. The words are those of the <see cref="MetricCatalogue"/>; a change of
/// meaning is a new version there.
/// </summary>
/// <param name="Name">Its name, kebab-case.</param>
/// <param name="Version">From 1.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Words">What counts, exactly.</param>
/// <param name="Apart">What does not count, or is told apart.</param>
public sealed record MetricDefinition(string Name, int Version, string Unit, string Words, string Apart)
{
    /// <summary>Companies that a worker had code merged at and was paid by.</summary>
    public static MetricDefinition AffectedCompanies => Of("affected-companies", 1);

    /// <summary>Workers confirmed for the first time.</summary>
    public static MetricDefinition ConfirmedWorkers => Of("confirmed-workers", 1);

    /// <summary>What workers were paid.</summary>
    public static MetricDefinition MoneyTransferred => Of("money-transferred", 1);

    /// <summary>How long the workers confirmed in the month worked at a company.</summary>
    public static MetricDefinition TimeOfActivity => Of("time-of-activity", 1);

    /// <summary>Accounts new in the database.</summary>
    public static MetricDefinition IndexedAccounts => Of("indexed-accounts", 1);

    /// <summary>How affected companies take it.</summary>
    public static MetricDefinition Reactions => Of("reactions", 1);

    /// <summary>How long companies took to acknowledge.</summary>
    public static MetricDefinition ReactionTime => Of("reaction-time", 1);

    /// <summary>Cases with malicious code.</summary>
    public static MetricDefinition ImplantsFound => Of("implants-found", 1);

    /// <summary>Cases with outside help.</summary>
    public static MetricDefinition PostExploitationHelp => Of("post-exploitation-help", 1);

    /// <summary>The definition of that name and version, which must be in the catalogue.</summary>
    internal static MetricDefinition Of(string name, int version) =>
        (MetricCatalogue.Current.Find(name, version) ?? throw new InvalidOperationException($"The catalogue has no metric {name}, version {version}.")).Definition;

    /// <summary>What the team did because nothing came.</summary>
    public static MetricDefinition Escalations => Of("escalations", 1);

    /// <summary>How far naming companies went.</summary>
    public static MetricDefinition Publications => Of("publications", 1);
}
