using System.Globalization;
using Ketman.Contracts;
using Ketman.Disclosures.Deadlines;
using Ketman.Disclosures.Policies;

namespace Ketman.Disclosures.Ladder;

/// <summary>The steps that will become due, and those that the platform takes itself.</summary>
internal static class LadderComings
{
    private const string Platform = "platform";

    /// <summary>All of them, in any order.</summary>
    public static IEnumerable<Coming> Of(Disclosure state, bool caughtUp)
    {
        foreach (var step in LadderSteps.Of(state))
        {
            if (step.Due?.At is not { } due)
            {
                continue;
            }

            var at = Moment.At(due);
            if (step.Status is StepStatus.Coming)
            {
                yield return new Coming(due, Name("step", step, at), new EscalationStepDue(at, step.Terms.Step, caughtUp));
            }
            else if (step.Status is StepStatus.Due && step.Terms.TakenBy is StepTaker.Platform)
            {
                yield return new Coming(due, Name("taken", step, at), new EscalationStepTaken(at, step.Terms.Step, null, Platform, null));
            }
        }
    }

    // A step can be due again at the same time, when what cancelled it turns out to be a mistake: then it is another event.
    private static string Name(string what, LadderStep step, Moment due)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{what}:{step.Terms.Step}:{due.Start.ToUnixTimeMilliseconds() * 1000 + due.Start.Microsecond}");
        return step.Dues > 0 && what == "step" ? string.Create(CultureInfo.InvariantCulture, $"{name}:{step.Dues}")
            : step.Dues > 1 ? string.Create(CultureInfo.InvariantCulture, $"{name}:{step.Dues - 1}")
            : name;
    }
}
