using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Figures;

/// <summary>
/// What became of the clocks of a case, as far as Metrics can know it: breaches are told by Disclosures, and that one was met follows where the
/// catalogue says what stops it. Nothing is guessed: of other clocks there are only the breaches.
/// </summary>
internal static class CaseClocks
{
    private const string PerPromise = "commitment";

    private static readonly ILookup<string, PolicyClock> Known = MetricCatalogue.Current.Clocks.ToLookup(clock => clock.Policy, StringComparer.Ordinal);

    public static IReadOnlyList<MeasuredClock> Of(Case known, string? policy, Moment?[] times, IReadOnlyList<Moment> words)
    {
        var reading = new Reading(known);
        List<MeasuredClock> clocks = [];
        foreach (var clock in policy is null ? [] : Known[policy])
        {
            clocks.AddRange(clock.Per switch
            {
                null => OfCase(clock, reading, known, times, words),
                PerPromise => OfPromises(clock, reading, known),
                _ => OfRequests(clock, reading, known, words),
            });
        }

        clocks.AddRange(reading.Left());
        return clocks;
    }

    private static IEnumerable<MeasuredClock> OfCase(PolicyClock clock, Reading reading, Case known, Moment?[] times, IReadOnlyList<Moment> words)
    {
        if (At(clock.Anchor) is { } anchor)
        {
            var stop = clock.Stop.Select(name => name == "company-word" ? FirstFrom(known, words, anchor) : At(name)).OfType<Moment>().Order(known.Calendar)
                .Select(at => (Moment?)at).FirstOrDefault();
            yield return reading.Judge(clock.Clock, null, clock.OwedBy, stop);
        }

        Moment? At(string name) => times[(int)ByName[name]];
    }

    private static IEnumerable<MeasuredClock> OfPromises(PolicyClock clock, Reading reading, Case known)
    {
        var kept = known.Of<CommitmentKept>().GroupBy(said => said.Said.CommitmentId).ToDictionary(said => said.Key, said => said.First().At);
        return known.Of<CommitmentMade>().Select(made => reading.Judge(clock.Clock, made.Id, clock.OwedBy, kept.TryGetValue(made.Id, out var at) ? at : null));
    }

    private static IEnumerable<MeasuredClock> OfRequests(PolicyClock clock, Reading reading, Case known, IReadOnlyList<Moment> words) =>
        known.Of<UpdateRequested>().Select(asked => reading.Judge(clock.Clock, asked.Id, clock.OwedBy, FirstFrom(known, words, asked.At)));

    private static Moment? FirstFrom(Case known, IReadOnlyList<Moment> words, Moment anchor) =>
        words.Where(word => known.Calendar.Compare(word, anchor) >= 0).Select(word => (Moment?)word).FirstOrDefault();

    private static readonly Dictionary<string, CaseMilestone> ByName =
        Enum.GetValues<CaseMilestone>().ToDictionary(milestone => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(milestone.ToString()));

    /// <summary>What Disclosures said of the clocks of a case.</summary>
    private sealed class Reading
    {
        private readonly Case _case;
        private readonly Dictionary<(string Clock, Guid? Subject), (Party OwedBy, int Standing, int Annulled)> _breaches = [];
        private readonly Dictionary<(string Clock, Guid? Subject), DateTimeOffset> _due = [];
        private readonly HashSet<(string Clock, Guid? Subject)> _graces = [];

        public Reading(Case known)
        {
            _case = known;
            var annulled = known.Of<BreachAnnulled>().Select(said => said.Said.BreachId).ToHashSet();
            foreach (var breach in known.Of<SlaBreached>())
            {
                var key = (breach.Said.Clock, breach.Said.SubjectId);
                var (_, standing, taken) = _breaches.GetValueOrDefault(key);
                _breaches[key] = annulled.Contains(breach.Id) ? (breach.Said.OwedBy, standing, taken + 1) : (breach.Said.OwedBy, standing + 1, taken);
            }

            foreach (var near in known.Of<DeadlineNear>())
            {
                // The first due time that was named is the one before any grace.
                _due.TryAdd((near.Said.Clock, near.Said.SubjectId), near.Said.DueAt);
            }

            foreach (var extended in known.Of<ClockExtended>().Where(said => said.Said.Grace))
            {
                _graces.Add((extended.Said.Clock, extended.Said.SubjectId));
            }
        }

        public MeasuredClock Judge(string clock, Guid? subject, Party owedBy, Moment? stop)
        {
            _breaches.Remove((clock, subject), out var breaches);
            var outcome = breaches.Standing > 0 ? ClockOutcome.Breached
                : stop is { } stopped ? IsInGrace((clock, subject), stopped) ? ClockOutcome.MetInGrace : ClockOutcome.Met
                : _case.Status is CaseStatus.Open ? ClockOutcome.Waiting
                : ClockOutcome.Ended;
            return new MeasuredClock(clock, owedBy, outcome, breaches.Annulled);
        }

        /// <summary>Those of which nothing else is known.</summary>
        public IEnumerable<MeasuredClock> Left() => _breaches.OrderBy(breach => breach.Key.Clock, StringComparer.Ordinal).ThenBy(breach => breach.Key.Subject)
            .Select(breach => new MeasuredClock(breach.Key.Clock, breach.Value.OwedBy, breach.Value.Standing > 0 ? ClockOutcome.Breached : ClockOutcome.Unknown, breach.Value.Annulled));

        private bool IsInGrace((string Clock, Guid? Subject) clock, Moment stopped) =>
            _graces.Contains(clock) && _due.TryGetValue(clock, out var due)
            && (stopped.Precision is Precision.Instant ? stopped.Start > due : _case.Calendar.DateOf(stopped) > _case.Calendar.DateOf(due));
    }
}
