using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;

namespace Ketman.Metrics.Statements;

/// <summary>
/// Why numbers moved: of the facts that came since a version was frozen, those by which the figure is counted now and was not, those that
/// take back, correct or disprove what it was counted from, or else those of the same cases, or else all of them.
/// </summary>
internal sealed class StatementCauses
{
    private const int MostTold = 50;

    private readonly List<Fact> _since;
    private readonly Dictionary<Guid, Guid> _subjects;
    private readonly JsonObject _before;
    private readonly JsonObject _now;

    /// <param name="draft">What is known now.</param>
    /// <param name="now">The same as data, with everything.</param>
    /// <param name="before">What was frozen, with everything.</param>
    /// <param name="known">The facts that it was counted from.</param>
    public StatementCauses(StatementDraft draft, JsonObject now, JsonObject before, IReadOnlySet<Guid> known)
    {
        (_now, _before) = (now, before);
        _since = [.. draft.Facts.Where(fact => !known.Contains(fact.Id)).OrderBy(fact => fact.RecordedAt).ThenBy(fact => fact.Id)];
        _subjects = draft.Facts.ToDictionary(fact => fact.Id, fact => fact.Subject);
    }

    /// <summary>What moved, and why, for one reader.</summary>
    /// <param name="cut">The statement now, cut for him.</param>
    /// <param name="frozen">What was frozen for readers like him.</param>
    /// <param name="reader">Who he is.</param>
    public IReadOnlyList<MovedFigure> Tell(JsonObject cut, JsonObject frozen, StatementReader reader)
    {
        var facts = new Dictionary<string, IReadOnlyList<MovingFact>>(StringComparer.Ordinal);
        return
        [
            .. StatementComparison.Moved(cut, frozen).Select(moved => new MovedFigure(
                moved.Figure, moved.Member, moved.Against, moved.Value,
                facts.TryGetValue(moved.Figure, out var told) ? told : facts[moved.Figure] = [.. Of(moved.Figure).Where(fact => reader.KnowsEvent(fact.Id)).Take(MostTold).Select(Told)])),
        ];
    }

    private List<Fact> Of(string figure)
    {
        var (then, now) = (EventsOf(_before, figure), EventsOf(_now, figure));
        var touching = _since.Where(fact => (now.Contains(fact.Id) && !then.Contains(fact.Id))
            || (CaseConfidentiality.GroundOf(fact.Said) is { } ground && (then.Contains(ground) || now.Contains(ground)))).ToList();
        if (touching.Count > 0)
        {
            return touching;
        }

        var cases = then.Concat(now).Select(id => _subjects.GetValueOrDefault(id)).ToHashSet();
        var beside = _since.Where(fact => cases.Contains(fact.Subject)).ToList();
        return beside.Count > 0 ? beside : _since;
    }

    private static HashSet<Guid> EventsOf(JsonObject statement, string figure)
    {
        HashSet<Guid> events = [];
        foreach (var (_, node) in statement)
        {
            if (node is JsonObject of && (string?)of["definition"]?["name"] == figure)
            {
                Collect(of, events);
            }
        }

        return events;
    }

    private static void Collect(JsonNode? node, HashSet<Guid> events)
    {
        switch (node)
        {
            case JsonObject of:
                foreach (var (name, member) in of)
                {
                    if (name is "events" && member is JsonArray ids)
                    {
                        events.UnionWith(ids.Select(id => id!.GetValue<Guid>()));
                    }
                    else
                    {
                        Collect(member, events);
                    }
                }

                break;
            case JsonArray rows:
                foreach (var row in rows)
                {
                    Collect(row, events);
                }

                break;
        }
    }

    private static MovingFact Told(Fact fact) => new(fact.Id, KindOf(fact.Said), fact.At, fact.RecordedAt);

    /// <summary>A contract's name without the platform's and its version.</summary>
    public static string KindOf(object said) => ContractJson.UrnOf(said.GetType()).Split(':')[1];
}
