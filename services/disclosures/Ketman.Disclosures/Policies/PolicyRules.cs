using System.Text.RegularExpressions;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.Hosting.Commands;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.Policies;

/// <summary>What a policy document must keep to besides its form; every problem names its member and what would be right.</summary>
internal sealed partial class PolicyRules
{
    /// <summary>What a step's template may speak of.</summary>
    public static readonly IReadOnlyList<string> Placeholders = ["company", "first-outreach", "attempts", "due", "publish-from", "clause"];

    private const int MostClocks = 40;
    private const int MostSteps = 40;
    private const int MostWarnings = 8;
    private const int MostVariants = 8;
    private const int MostAttempts = 100;
    private const int MostApprovals = 10;

    private readonly PolicyDocument _document;
    private readonly DueRules _due;
    private readonly List<FieldError> _problems;

    private PolicyRules(PolicyDocument document, List<FieldError> problems)
    {
        _document = document;
        _problems = problems;
        _due = new DueRules(document, problems);
    }

    /// <summary>Everything that is wrong, in the order of the document.</summary>
    public static IReadOnlyList<FieldError> ProblemsOf(PolicyDocument document)
    {
        var problems = new List<FieldError>();
        new PolicyRules(document, problems).Check();
        return problems;
    }

    private void Check()
    {
        Name("name", _document.Name);
        Text("title", _document.Title, 200);
        if (_document.Description is { } description)
        {
            Text("description", description, 4000);
        }

        if (!BusinessCalendar.TryCreate(_document.Calendar, out _, out var errors))
        {
            _problems.AddRange(errors.Select(error => new FieldError(error.Field.Length == 0 ? "calendar" : $"calendar.{error.Field}", error.Message)));
        }

        Count("clocks", _document.Clocks.Count, 1, MostClocks, "clocks");
        Each("clocks", _document.Clocks, Clock);
        Unique("clocks", _document.Clocks, clock => clock.Name, "name");
        Count("ladder", _document.Ladder.Count, 0, MostSteps, "steps");
        Each("ladder", _document.Ladder, Step);
        Unique("ladder", _document.Ladder, step => step.Step, "step");
        _due.CheckOrder();
        Publication("publication", _document.Publication);
    }

    private void Clock(string path, ClockTerms clock)
    {
        Name($"{path}.name", clock.Name);
        Text($"{path}.title", clock.Title, 200);
        _due.Clock($"{path}.due", clock.Due, clock.Per);
        NotEmpty($"{path}.stoppedBy", clock.StoppedBy, "a clock that nothing stops cannot be met");
        if (clock.Per is not ClockScope.Commitment && clock.StoppedBy.Contains(Milestone.CommitmentKept))
        {
            Problem($"{path}.stoppedBy", "commitment-kept stops only a clock that is kept per commitment");
        }

        Once($"{path}.pausedBy", clock.PausedBy ?? []);
        Warnings($"{path}.warnBefore", clock.WarnBefore);
        Grace($"{path}.grace", clock.Grace);
        Count($"{path}.variants", clock.Variants?.Count ?? 0, 0, MostVariants, "variants");
        Each($"{path}.variants", clock.Variants ?? [], (at, variant) =>
        {
            _due.Clock($"{at}.due", variant.Due, clock.Per);
            Grace($"{at}.grace", variant.Grace);
            Warnings($"{at}.warnBefore", variant.WarnBefore);
        });
        Unique($"{path}.variants", clock.Variants ?? [], variant => variant.Severity, "severity");
    }

    private void Step(string path, LadderTerms step)
    {
        Name($"{path}.step", step.Step);
        Text($"{path}.title", step.Title, 200);
        _due.Step($"{path}.due", step.Due);
        Once($"{path}.cancelledBy", step.CancelledBy);
        var writes = step.Kind is not (StepKind.Review or StepKind.Publishable);
        if (writes && step.Kind is not StepKind.CourtesyCopy && step.CancelledBy.Count == 0)
        {
            Problem($"{path}.cancelledBy", "must name what makes the step needless: nobody is pressed after an answer");
        }

        if (writes && step.TakenBy is StepTaker.Platform)
        {
            Problem($"{path}.takenBy", "must be person: the platform writes to no company by itself");
        }

        if (step.Template is { } template)
        {
            Template($"{path}.template", template, step.Kind);
        }
    }

    private void Template(string path, string template, StepKind kind)
    {
        Text(path, template, 8000);
        var named = PlaceholderPattern().Matches(template).Select(match => match.Groups[1].Value).Distinct().ToList();
        if (named.Any(name => !Placeholders.Contains(name)))
        {
            Problem(path, $"has an unknown placeholder; known are {string.Join(", ", Placeholders.Select(name => $"{{{name}}}"))}");
        }

        if (PlaceholderPattern().Replace(template, "").AsSpan().ContainsAny('{', '}'))
        {
            Problem(path, "has a brace that belongs to no placeholder");
        }

        if (kind is StepKind.FinalNotice && !(named.Contains("clause") && named.Contains("publish-from")))
        {
            Problem(path, "must hold {clause} and {publish-from}: a final notice bears the clause and the date");
        }
    }

    private void Publication(string path, PublicationTerms terms)
    {
        var notice = Elapsed($"{path}.noticePeriod", terms.NoticePeriod);
        Number($"{path}.attempts", terms.Attempts, MostAttempts);
        Number($"{path}.channels", terms.Channels, Enum.GetValues<Channel>().Length);
        Number($"{path}.days", terms.Days, MostAttempts);
        Number($"{path}.approvals", terms.Approvals, MostApprovals);
        NotEmpty($"{path}.stoppedBy", terms.StoppedBy, "a countdown that nothing stops would be no fair warning");
        Text($"{path}.clause", terms.Clause, 4000);
        if (terms.Accelerated is not { } fast)
        {
            return;
        }

        if (fast.From is Severity.Standard)
        {
            Problem($"{path}.accelerated.from", "must be high or active-harm: what holds for every case stands beside it");
        }

        if (Elapsed($"{path}.accelerated.noticePeriod", fast.NoticePeriod) is { } shorter && notice is { } usual && shorter > usual)
        {
            Problem($"{path}.accelerated.noticePeriod", "must not be longer than the usual notice period");
        }

        foreach (var (member, number, least) in new[]
        {
            ("attempts", fast.Attempts, terms.Attempts), ("channels", fast.Channels, terms.Channels), ("days", fast.Days, terms.Days),
        })
        {
            Number($"{path}.accelerated.{member}", number, Math.Max(1, least));
        }
    }

    private void Warnings(string path, IReadOnlyList<string>? warnings)
    {
        Count(path, warnings?.Count ?? 0, 0, MostWarnings, "warning points");
        Each(path, warnings ?? [], (at, warning) => Elapsed(at, warning));
        Once(path, warnings ?? []);
    }

    private void Grace(string path, GraceTerms? grace)
    {
        if (grace is not null)
        {
            Elapsed($"{path}.time", grace.Time);
        }
    }

    private NodaTime.Duration? Elapsed(string path, string time)
    {
        var read = _due.Time(path, time, Counting.Elapsed);
        if (read == NodaTime.Duration.Zero)
        {
            Problem(path, "must be more than nothing");
        }

        return read;
    }

    private void Name(string path, string name)
    {
        if (!NamePattern().IsMatch(name))
        {
            Problem(path, "must be 2 to 63 lower-case letters, digits and single hyphens, beginning with a letter");
        }
    }

    private void Text(string path, string text, int longest)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            Problem(path, "must not be blank");
        }
        else if (text.Length > longest)
        {
            Problem(path, $"at most {longest} characters");
        }
        else if (!FieldRules.IsPlain(text))
        {
            Problem(path, "must not contain control characters");
        }
    }

    private void Number(string path, int number, int most)
    {
        if (number < 1 || number > most)
        {
            Problem(path, $"must be a whole number from 1 to {most}");
        }
    }

    private void Count(string path, int count, int least, int most, string what)
    {
        if (count < least || count > most)
        {
            Problem(path, $"must have {least} to {most} {what}");
        }
    }

    private void NotEmpty<T>(string path, IReadOnlyList<T> list, string why)
    {
        if (list.Count == 0)
        {
            Problem(path, $"must not be empty: {why}");
        }

        Once(path, list);
    }

    private void Once<T>(string path, IReadOnlyList<T> list)
    {
        if (list.Distinct().Count() < list.Count)
        {
            Problem(path, "must name each once");
        }
    }

    private void Unique<T, TKey>(string path, IReadOnlyList<T> list, Func<T, TKey> key, string member)
    {
        foreach (var (again, index) in list.Select((one, index) => (one, index))
            .Where(one => list.Take(one.index).Any(before => Equals(key(before), key(one.one)))))
        {
            Problem($"{path}[{index}].{member}", "is there already; each is named once");
        }
    }

    private static void Each<T>(string path, IReadOnlyList<T> list, Action<string, T> check)
    {
        for (var index = 0; index < list.Count; index++)
        {
            check($"{path}[{index}]", list[index]);
        }
    }

    private void Problem(string path, string message) => _problems.Add(new FieldError(path, message));

    [GeneratedRegex("^(?=.{2,63}\\z)[a-z][a-z0-9]*(-[a-z0-9]+)*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex("\\{([^{}]*)\\}", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderPattern();
}
