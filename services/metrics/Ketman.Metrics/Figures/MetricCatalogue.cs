using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Ketman.Contracts;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Figures;

/// <summary>A metric as the catalogue defines it: exactly what is counted, from what to what, what is left out, and how it is estimated.</summary>
/// <param name="Name">Its name, kebab-case.</param>
/// <param name="Version">From 1; a change of meaning is a new one, and the old ones stay.</param>
/// <param name="Title">What one calls it.</param>
/// <param name="Unit">What it is told in.</param>
/// <param name="Words">What counts, exactly.</param>
/// <param name="Apart">What does not count, or is told apart.</param>
/// <param name="Estimator">How the number comes about.</param>
/// <param name="Shown">Where it is shown.</param>
/// <param name="Strict">The strict variant; absent: there is only one.</param>
/// <param name="Relaxed">The relaxed variant, shown beside it.</param>
/// <param name="Quantiles">By which method quantiles and bands are worked out.</param>
/// <param name="RespondersOnly">What the figure over those that ended alone is, and why it misleads.</param>
/// <param name="Window">Of what the time lies in the window and in the month that is asked for.</param>
public sealed record Metric(
    string Name,
    int Version,
    string Title,
    string Unit,
    string Words,
    string Apart,
    string Estimator,
    IReadOnlyList<string> Shown,
    MetricVariant? Strict = null,
    MetricVariant? Relaxed = null,
    string? Quantiles = null,
    string? RespondersOnly = null,
    string? Window = null)
{
    /// <summary>As it stands beside a figure.</summary>
    [JsonIgnore]
    public MetricDefinition Definition => new(Name, Version, Unit, Words, Apart);
}

/// <summary>One of two ways to count.</summary>
/// <param name="Words">What counts.</param>
/// <param name="Anchor">Of a time: the milestone that it is counted from.</param>
/// <param name="Stop">Of a time: the milestone that ends it.</param>
public sealed record MetricVariant(string Words, string? Anchor = null, string? Stop = null);

/// <summary>Companies of these ranks by total value locked.</summary>
/// <param name="Name">Its name.</param>
/// <param name="From">The first rank.</param>
/// <param name="To">The last rank; absent: all others that have one.</param>
public sealed record Segment(string Name, int From, int? To = null)
{
    /// <summary>The segment of companies without a rank.</summary>
    public const string Unknown = "unknown";
}

/// <summary>What starts and stops a clock of a policy: what Metrics must know to tell that one was met.</summary>
/// <param name="Policy">The policy's name.</param>
/// <param name="Clock">The clock's name.</param>
/// <param name="OwedBy">Who owes.</param>
/// <param name="Anchor">The milestone that it counts from.</param>
/// <param name="Stop">The milestones that stop it.</param>
/// <param name="Per">Kept for each <c>commitment</c> or <c>update-request</c>; absent: once in a case.</param>
public sealed record PolicyClock(string Policy, string Clock, Party OwedBy, string Anchor, IReadOnlyList<string> Stop, string? Per = null);

/// <summary>
/// What the figures mean, as data: the embedded <c>metrics.json</c>. It is checked when it is read, so that a build with a wrong one does not start.
/// </summary>
public sealed class MetricCatalogue
{
    private static readonly JsonSerializerOptions Strictly = new(ContractJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { ContractJson.RequireWhatCannotBeNull } },
    };

    private readonly FrozenDictionary<(string Name, int Version), Metric> _metrics;

    private MetricCatalogue(Content content)
    {
        (Milestones, Segments, Clocks, Metrics) = (content.Milestones, content.Segments, content.Clocks, content.Metrics);
        _metrics = Metrics.ToFrozenDictionary(metric => (metric.Name, metric.Version));
    }

    /// <summary>The catalogue of this build.</summary>
    public static MetricCatalogue Current { get; } = ReadEmbedded();

    /// <summary>The milestones that times are counted from and to, in words.</summary>
    public IReadOnlyDictionary<string, string> Milestones { get; }

    /// <summary>The bands of rank, from the first.</summary>
    public IReadOnlyList<Segment> Segments { get; }

    /// <summary>What is known of the clocks of policies.</summary>
    public IReadOnlyList<PolicyClock> Clocks { get; }

    /// <summary>Every version of every metric.</summary>
    public IReadOnlyList<Metric> Metrics { get; }

    /// <summary>A version of a metric; null: there is none.</summary>
    public Metric? Find(string name, int version) => _metrics.GetValueOrDefault((name, version));

    /// <summary>The latest version of a metric; null: there is none.</summary>
    public Metric? Latest(string name) => Metrics.Where(metric => metric.Name == name).MaxBy(metric => metric.Version);

    /// <summary>The segment of a rank.</summary>
    public string SegmentOf(int? rank) =>
        Segments.FirstOrDefault(segment => rank >= segment.From && rank <= (segment.To ?? int.MaxValue))?.Name ?? Segment.Unknown;

    /// <summary>Reads a catalogue.</summary>
    /// <exception cref="InvalidDataException">It is not right; the message says what is wrong.</exception>
    public static MetricCatalogue Read(ReadOnlySpan<byte> json)
    {
        Content content;
        try
        {
            content = JsonSerializer.Deserialize<Content>(json, Strictly) ?? throw new InvalidDataException("The catalogue of metrics is empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The catalogue of metrics cannot be read: {e.Message}", e);
        }

        List<string> faults = [.. Faults(content)];
        return faults.Count == 0 ? new MetricCatalogue(content) : throw new InvalidDataException($"The catalogue of metrics is wrong: {string.Join("; ", faults)}.");
    }

    private static MetricCatalogue ReadEmbedded()
    {
        using var stream = typeof(MetricCatalogue).Assembly.GetManifestResourceStream("Ketman.Metrics.Figures.metrics.json")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Read(memory.ToArray());
    }

    private static IEnumerable<string> Faults(Content content)
    {
        foreach (var versions in content.Metrics.GroupBy(metric => metric.Name, StringComparer.Ordinal))
        {
            if (JsonNamingPolicy.KebabCaseLower.ConvertName(versions.Key) != versions.Key)
            {
                yield return $"{versions.Key} is not kebab-case";
            }

            if (!versions.Select(metric => metric.Version).Order().SequenceEqual(Enumerable.Range(1, versions.Count())))
            {
                yield return $"the versions of {versions.Key} are not 1 to {versions.Count()}, each once";
            }
        }

        foreach (var metric in content.Metrics)
        {
            foreach (var fault in Faults(metric, content.Milestones))
            {
                yield return $"{metric.Name} {metric.Version}: {fault}";
            }
        }

        foreach (var name in content.Clocks.SelectMany(clock => clock.Stop.Append(clock.Anchor)).Where(name => !content.Milestones.ContainsKey(name)))
        {
            yield return $"a clock names {name}, which is no milestone";
        }

        if (content.Clocks.Count != content.Clocks.DistinctBy(clock => (clock.Policy, clock.Clock)).Count())
        {
            yield return "a clock of a policy is there twice";
        }

        if (content.Segments.Count == 0 || content.Segments[0].From != 1 || content.Segments[^1].To is not null
            || content.Segments.Zip(content.Segments.Skip(1)).Any(pair => pair.First.To + 1 != pair.Second.From))
        {
            yield return "the segments do not follow one another from rank 1 on without an end";
        }
    }

    private static IEnumerable<string> Faults(Metric metric, IReadOnlyDictionary<string, string> milestones)
    {
        if (new[] { metric.Title, metric.Unit, metric.Words, metric.Apart, metric.Estimator }.Any(string.IsNullOrWhiteSpace))
        {
            yield return "words are missing";
        }

        if (metric.Shown.Count == 0)
        {
            yield return "it does not say where it is shown";
        }

        foreach (var variant in new[] { metric.Strict, metric.Relaxed }.OfType<MetricVariant>())
        {
            if (variant.Anchor is null != variant.Stop is null)
            {
                yield return "an anchor without a stop, or the other way round";
            }

            foreach (var name in new[] { variant.Anchor, variant.Stop }.OfType<string>().Where(name => !milestones.ContainsKey(name)))
            {
                yield return $"{name} is no milestone";
            }
        }

        if (metric is { Strict: null, Relaxed: not null })
        {
            yield return "a relaxed variant without a strict one";
        }
    }

    private sealed record Content(
        IReadOnlyDictionary<string, string> Milestones, IReadOnlyList<Segment> Segments, IReadOnlyList<PolicyClock> Clocks, IReadOnlyList<Metric> Metrics);
}
