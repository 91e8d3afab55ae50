using Ketman.Calendars;
using Ketman.Hosting.Web;
using NodaTime;

namespace Ketman.Disclosures.Policies;

/// <summary>Validation of due rules: one form each, times that can be read, and names of what exists.</summary>
internal sealed class DueRules(PolicyDocument document, List<FieldError> problems)
{
    private const int MostParts = 10;
    private const int Deepest = 4;

    private static readonly Duration s_longest = Duration.FromDays(3660);

    private static readonly Milestone[] s_ofCommitments = [Milestone.CommitmentMade, Milestone.CommitmentDue];

    /// <summary>A rule of a clock.</summary>
    public void Clock(string path, DueRule rule, ClockScope scope)
    {
        Check(path, rule, inLadder: false, depth: 1);
        var anchors = Leaves(rule).Select(leaf => leaf.After).OfType<Milestone>().ToHashSet();
        var (own, wanted) = scope switch
        {
            ClockScope.Commitment => (anchors.Overlaps(s_ofCommitments), "must count from commitment-made or commitment-due, because the clock is kept per commitment"),
            ClockScope.UpdateRequest => (anchors.Contains(Milestone.UpdateRequested), "must count from update-requested, because the clock is kept per update request"),
            _ => (!anchors.Overlaps(s_ofCommitments) && !anchors.Contains(Milestone.UpdateRequested), "counts from what happens several times: say per: commitment or per: update-request"),
        };
        if (anchors.Count > 0 && !own)
        {
            Problem(path, wanted);
        }
    }

    /// <summary>A rule of a step.</summary>
    public void Step(string path, DueRule rule) => Check(path, rule, inLadder: true, depth: 1);

    /// <summary>No step may wait for itself, by whatever way.</summary>
    public void CheckOrder()
    {
        for (var index = 0; index < document.Ladder.Count; index++)
        {
            if (Waits(document.Ladder[index].Step, document.Ladder[index], []))
            {
                Problem($"ladder[{index}].due", "waits for the step itself, by way of the steps that it follows");
            }
        }
    }

    /// <summary>Reads a duration; null when it cannot be read, which is a problem.</summary>
    public Duration? Time(string path, string text, Counting counted)
    {
        if (!IsoDuration.TryParse(text, out var time, out var error))
        {
            Problem(path, error!);
            return null;
        }

        if (counted is Counting.Business && text.AsSpan(0, text.IndexOf('T', StringComparison.Ordinal) is var at and >= 0 ? at : text.Length).ContainsAny('D', 'W'))
        {
            Problem(path, "must be in hours, minutes and seconds, because a business day is as long as the calendar says: five days of eight hours are PT40H");
            return null;
        }

        if (time > s_longest)
        {
            Problem(path, "must be at most ten years");
            return null;
        }

        return time;
    }

    private void Check(string path, DueRule rule, bool inLadder, int depth)
    {
        var parts = rule.LatestOf ?? rule.EarliestOf ?? rule.FirstOf;
        var isLeaf = rule.After is not null || rule.AfterStep is not null || rule.AfterBreach is not null || rule.AfterDue is not null;
        if (new object?[] { rule.After, rule.AfterStep, rule.AfterBreach, rule.AfterDue, rule.LatestOf, rule.EarliestOf, rule.FirstOf }.Count(form => form is not null) != 1)
        {
            Problem(path, "must say exactly one of after, afterStep, afterBreach, afterDue, latestOf, earliestOf and firstOf");
        }
        else if (isLeaf && rule.Time is null)
        {
            Problem($"{path}.time", "missing: how long after it, such as P45D, or PT0S for at once");
        }
        else if (!isLeaf && (rule.Time is not null || rule.Counted is not Counting.Elapsed))
        {
            Problem(rule.Time is not null ? $"{path}.time" : $"{path}.counted", "belongs to each of the parts");
        }

        if (rule.Time is { } time)
        {
            Time($"{path}.time", time, rule.Counted);
        }

        Names(path, rule, inLadder);
        if (parts is not null)
        {
            CheckParts($"{path}.{(rule.LatestOf is not null ? "latestOf" : rule.EarliestOf is not null ? "earliestOf" : "firstOf")}", parts, inLadder, depth);
        }
    }

    private void CheckParts(string path, IReadOnlyList<DueRule> parts, bool inLadder, int depth)
    {
        if (parts.Count is < 1 or > MostParts)
        {
            Problem(path, $"must have 1 to {MostParts} parts");
        }

        if (depth >= Deepest)
        {
            Problem(path, $"is nested deeper than {Deepest} rules");
            return;
        }

        for (var index = 0; index < parts.Count; index++)
        {
            Check($"{path}[{index}]", parts[index], inLadder, depth + 1);
        }
    }

    private void Names(string path, DueRule rule, bool inLadder)
    {
        Named("afterStep", rule.AfterStep, "step", document.Ladder.Select(step => step.Step));
        Named("afterBreach", rule.AfterBreach, "clock", document.Clocks.Select(clock => clock.Name));
        Named("afterDue", rule.AfterDue, "clock", document.Clocks.Select(clock => clock.Name));
        Named("if", rule.If?.Clock, "clock", document.Clocks.Select(clock => clock.Name), ".clock");

        void Named(string member, string? name, string kind, IEnumerable<string> known, string inner = "")
        {
            if (name is not null && !inLadder)
            {
                Problem($"{path}.{member}", "belongs into the ladder: no clock depends on another");
            }
            else if (name is not null && !known.Contains(name))
            {
                Problem($"{path}.{member}{inner}", $"names no {kind} of this policy");
            }
        }
    }

    private bool Waits(string wanted, LadderTerms step, HashSet<string> seen) => Leaves(step.Due).Select(leaf => leaf.AfterStep).OfType<string>()
        .Any(before => before == wanted
            || (seen.Add(before) && document.Ladder.FirstOrDefault(one => one.Step == before) is { } earlier && Waits(wanted, earlier, seen)));

    private static IEnumerable<DueRule> Leaves(DueRule rule) =>
        (rule.LatestOf ?? rule.EarliestOf ?? rule.FirstOf) is { } parts ? parts.SelectMany(Leaves) : [rule];

    private void Problem(string path, string message) => problems.Add(new FieldError(path, message));
}
