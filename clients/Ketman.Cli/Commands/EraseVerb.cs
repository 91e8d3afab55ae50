using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Makes what is said of somebody unreadable for ever, everywhere, and waits until it is.</summary>
internal static class EraseVerb
{
    private const string SubjectExpected =
        "expected account:PLATFORM:HANDLE, contact:COMPANY/CONTACT, lead:LEAD or case:DISCLOSURE, e.g. account:github:quietfox; an id will do for each";

    private static readonly string[] Services = ["intake", "disclosures", "metrics"];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    public static Verb Create()
    {
        var subject = new Argument<string>("subject") { Description = SubjectExpected, HelpName = "SUBJECT" };
        var yes = new Option<bool>("--yes") { Description = "do not ask; needed where nobody can be asked, e.g. in a script" };
        var noWait = new Option<bool>("--no-wait") { Description = "do not wait until every service has erased it, e.g. in a script that erases many" };
        var wait = new Option<string?>("--wait") { Description = "wait for at most so many seconds, e.g. --wait 120 (default: 60)", HelpName = "seconds" };
        return new Verb(
            "erase",
            "Erases who an account, a contact, a lead or a case is about: the words become unreadable everywhere, for ever; that something happened stays, and counts. For admins.",
            "ketman erase account:github:quietfox", "ketman erase contact:halcyon/security-desk --yes", "ketman erase lead:lead-quietfox",
            "ketman erase case:halcyon-2025-02")
            .With(subject, yes, noWait, wait)
            .Does(async (session, cancellation) =>
            {
                var wanted = Subject.Read(session.Parsed.GetRequiredValue(subject))
                    ?? throw new CliException(ExitCode.Usage, $"The subject: {SubjectExpected}.");
                var patience = Patience(session.Parsed.GetValue(wait));
                if (!session.Parsed.GetValue(yes))
                    Confirm(session, wanted);

                var answer = (await session.Platform.PostAsync(wanted.Path, "{}"u8.ToArray(), Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                using var document = Session.Read(answer);
                return await TellAsync(session, wanted, document.RootElement, session.Parsed.GetValue(noWait) ? null : patience, answer, cancellation);
            });
    }

    private static TimeSpan Patience(string? seconds) =>
        int.TryParse(seconds ?? "60", NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? TimeSpan.FromSeconds(number)
            : throw new CliException(ExitCode.Usage, "--wait: expected a number of seconds such as 120.");

    private static void Confirm(Session session, Subject wanted)
    {
        if (session.Surroundings.In is not { } keyboard || !session.Surroundings.ErrorIsTerminal)
            throw new CliException(ExitCode.Usage, "Nobody can be asked here; with --yes it is erased without asking. It cannot be undone.");

        session.Surroundings.Error.Write($"Erase {Screen.Clean(wanted.Name)}: {wanted.What}. This cannot be undone. Type \"erase\" to go on: ");
        if (keyboard.ReadLine()?.Trim() != "erase")
            throw new CliException(ExitCode.Refused, "Nothing was erased.");
    }

    private static async Task<ExitCode> TellAsync(
        Session session, Subject wanted, JsonElement answer, TimeSpan? patience, Answer raw, CancellationToken cancellation)
    {
        if (answer.Text("changed") == "no")
        {
            if (session.Json)
                session.Screen.Raw(raw.Body);
            else
                session.Screen.Line($"{wanted.Name} was erased before.");
            return ExitCode.Ok;
        }

        IReadOnlyList<string> waiting = Services;
        if (patience is { } most)
            waiting = await WaitAsync(session, answer.Text("id") ?? "", most, cancellation);

        if (session.Json)
        {
            session.Screen.Raw(raw.Body);
        }
        else
        {
            session.Screen.Line($"Erased {wanted.Name}: {wanted.What}.");
            session.Screen.Line(patience is null
                ? "The other services follow within moments; it was not waited for."
                : $"Unreadable in {string.Join(", ", Services.Except(waiting))}. That something happened stays, and counts as before.");
        }

        if (patience is null || waiting.Count == 0)
            return ExitCode.Ok;
        session.Screen.Remark($"ketman: {string.Join(" and ", waiting)} did not say so within {patience.Value.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s; nothing is lost, see `ketman health`.");
        return ExitCode.Unreachable;
    }

    /// <summary>The services that have not erased it when the time is up.</summary>
    private static async Task<IReadOnlyList<string>> WaitAsync(Session session, string id, TimeSpan most, CancellationToken cancellation)
    {
        var time = session.Surroundings.Time;
        var started = time.GetTimestamp();
        var waiting = Services.ToList();
        while (true)
        {
            foreach (var service in waiting.ToList())
            {
                var answer = await session.Platform.GetAsync($"erasures/{service}/{id}", cancellation);
                // Refused once is refused again; a service that is away for a moment comes back.
                if (answer.Status is >= 400 and < 500)
                    answer.OrRefuse();
                if (!answer.Ok)
                    continue;
                using var document = Session.Read(answer);
                if (document.RootElement.Text("erasedAt") is not null)
                    waiting.Remove(service);
            }

            if (waiting.Count == 0 || time.GetElapsedTime(started) >= most)
                return waiting;
            await Task.Delay(Pause, time, cancellation);
        }
    }

    /// <summary>What was typed, and where it goes.</summary>
    private sealed record Subject(string Name, string Path, string What)
    {
        public static Subject? Read(string text)
        {
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            var (kind, name) = colon > 0 ? (text[..colon], text[(colon + 1)..]) : ("", "");
            var slash = name.LastIndexOf('/');
            return (kind, name.Length > 0) switch
            {
                ("account", true) => new(text, $"accounts/{Uri.EscapeDataString(name)}/erase", "its handle, notes, evidence and actor, and what cases say of it"),
                ("contact", true) when slash > 0 && slash < name.Length - 1 => new(
                    text, $"companies/{Uri.EscapeDataString(name[..slash])}/contacts/{Uri.EscapeDataString(name[(slash + 1)..])}/erase",
                    "its name and address, and who outreach to it went to"),
                ("lead", true) => new(text, $"leads/{Uri.EscapeDataString(name)}/erase", "its handle, summary and evidence"),
                ("case", true) => new(text, $"disclosures/{Uri.EscapeDataString(name)}/erase", "its title, notes, recipients, answers and all other words"),
                _ => null,
            };
        }
    }
}
