using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Cli.Output;
using Ketman.Proof;

namespace Ketman.Cli.Commands;

/// <summary>What people do with a month's statement: look it over, freeze it, restate it, write to it, and verify what was frozen.</summary>
internal static class StatementLifeVerbs
{
    private const long LargestFile = 256 * 1024 * 1024;

    public static IEnumerable<Verb> All() =>
    [
        Step("review", "Says that you looked the month over as it stands; somebody else can then freeze it.", "ketman statement review 2025-02"),
        Step("freeze", "Keeps the month for ever as somebody else looked it over.", "ketman statement freeze 2025-02"),
        Step("restate", "Freezes another version, which lists what moved since the last one and why.", "ketman statement restate 2025-02"),
        Versions(),
        Note(),
        Verify(),
    ];

    private static Verb Step(string name, string description, string example)
    {
        var month = StatementVerb.Month();
        return new Verb(name, description, example).With(month).Does(async (session, cancellation) =>
        {
            var answer = (await session.Platform.PostAsync(
                $"statements/{StatementVerb.Wanted(session, month)}/{name}", ReadOnlyMemory<byte>.Empty, Guid.NewGuid().ToString("N"), cancellation)).OrRefuse();
            if (session.Json)
            {
                session.Screen.Raw(answer.Body);
                return ExitCode.Ok;
            }

            using var document = Session.Read(answer);
            var done = document.RootElement;
            session.Screen.Line($"{done.Text("month")}, version {done.At("version")}: {done.Text("kind")} by {done.Text("by")}.");
            session.Screen.Line($"  hash {done.Text("hash")}");
            return ExitCode.Ok;
        });
    }

    private static Verb Versions()
    {
        var month = StatementVerb.Month();
        return new Verb("versions", "Shows who looked a month over and froze it, and what moved since.", "ketman statement versions 2025-02").With(month)
            .Does((session, cancellation) => session.ShowAsync($"statements/{StatementVerb.Wanted(session, month)}/versions", answer =>
            {
                session.Screen.Table([new Column("Version", Right: true), new Column("What"), new Column("By"), new Column("When"), new Column("Hash")],
                    [.. answer.Items("steps").Select(step => (string?[])[step.At("version")?.GetRawText(), step.Text("kind"), step.Text("by"), session.Time(step.Text("at")), step.Text("hash")])],
                    "Nobody has looked it over.");
                if (answer.Items("moved").Any())
                {
                    session.Screen.Line();
                    session.Screen.Table([new Column("Moved since"), new Column("Number"), new Column("From", Right: true), new Column("To", Right: true), new Column("Because of")],
                        [.. answer.Items("moved").Select(moved => (string?[])
                        [
                            moved.Text("figure"), moved.Text("member"), moved.At("from")?.GetRawText(), moved.At("to")?.GetRawText(),
                            string.Join(", ", moved.Items("because").Select(fact => $"{fact.Text("kind")} recorded {session.Time(fact.Text("recordedAt"))}")),
                        ])], "");
                }
            }, cancellation));
    }

    private static Verb Note()
    {
        var month = StatementVerb.Month();
        var section = new Argument<string>("section") { Description = "one of introduction, companies-affected, confirmed-threats, money-transferred, time-of-activity, new-accounts, reaction-time, escalations, publications", HelpName = "SECTION" };
        var text = new Argument<string?>("text") { Description = "Markdown without HTML, e.g. \"We wait for one more answer.\"; without it the note is shown, and an empty one takes it back", HelpName = "TEXT", Arity = ArgumentArity.ZeroOrOne };
        var marking = new Option<string?>("--marking") { Description = "how far it goes (default amber), e.g. --marking clear", HelpName = "marking" };
        var ifMatch = new Option<string?>("--if-version") { Description = "only if nobody has written since this version, e.g. --if-version 3", HelpName = "n" };
        return new Verb("note", "Writes the team's note to a section of a month's statement, or shows it.",
                "ketman statement note 2025-02 publications \"We wait for one more answer.\"", "ketman statement note 2025-02 publications")
            .With(month, section, text, marking, ifMatch)
            .Does(async (session, cancellation) =>
            {
                var path = $"statements/{StatementVerb.Wanted(session, month)}/notes/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(section))}";
                if (session.Parsed.GetValue(text) is not { } wanted)
                    return await session.ShowAsync(path, note => session.Screen.Line(note.Text("text") ?? ""), cancellation);

                var note = new JsonObject { ["text"] = wanted };
                if (session.Parsed.GetValue(marking) is { } level)
                    note["marking"] = level;
                var body = Encoding.UTF8.GetBytes(note.ToJsonString());
                var version = session.Parsed.GetValue(ifMatch);
                var answer = (await session.Platform.PutAsync(path, body, version is null ? null : $"\"{version}\"", cancellation)).OrRefuse();
                if (session.Json)
                    session.Screen.Raw(answer.Body);
                else
                    session.Screen.Line(wanted.Length == 0 ? "Taken back." : "Written.");
                return ExitCode.Ok;
            });
    }

    private static Verb Verify()
    {
        var path = new Argument<string>("file") { Description = "a sealed statement (ketman statement MONTH --sealed), e.g. 2025-02.sealed.json", HelpName = "FILE" };
        var content = new Option<string?>("--content") { Description = "also: this file is exactly what was frozen, e.g. --content 2025-02.md", HelpName = "file" };
        var key = new Option<string?>("--key") { Description = "the public key (PEM) that must have signed it, e.g. --key seal-metrics.pub.pem", HelpName = "file" };
        return new Verb("verify", $"Verifies a frozen statement, offline and without an account; exit status {(int)ExitCode.Broken} when it does not hold.",
                "ketman statement verify 2025-02.sealed.json", "ketman statement verify 2025-02.sealed.json --content 2025-02.md --key seal-metrics.pub.pem")
            .With(path, content, key)
            .Does(async (session, cancellation) =>
            {
                var pinned = session.Parsed.GetValue(key) is { } file ? Key(file, await ReadAsync(session, file, cancellation)) : null;
                if (SealedStatement.Read(await ReadAsync(session, session.Parsed.GetRequiredValue(path), cancellation)) is not { } statement)
                    throw new CliException(ExitCode.Usage, "FILE: expected a sealed statement, as ketman statement MONTH --sealed writes it.");
                var report = statement.Verify(pinned);
                var faults = report.Faults.ToList();
                if (session.Parsed.GetValue(content) is { } other
                    && Encoding.UTF8.GetString(await ReadAsync(session, other, cancellation)) is var text && !statement.Contents.Any(one => one.Text == text))
                    faults.Add($"{other} is not what was frozen.");
                Show(session, report.Frozen, faults, pinned is not null);
                return faults.Count == 0 ? ExitCode.Ok : ExitCode.Broken;
            });
    }

    private static void Show(Session session, StatementStep? frozen, List<string> faults, bool pinned)
    {
        if (session.Json)
        {
            session.Screen.Line(new JsonObject
            {
                ["holds"] = faults.Count == 0,
                ["faults"] = new JsonArray([.. faults.Select(fault => JsonValue.Create(fault))]),
                ["month"] = frozen?.Month,
                ["version"] = frozen?.Version,
                ["frozenAt"] = frozen?.At,
                ["signedBy"] = frozen?.KeyId,
                ["keyPinned"] = pinned,
            }.ToJsonString());
            return;
        }

        session.Screen.Heading($"{(frozen is null ? "The file" : $"{frozen.Month}, version {frozen.Version}")}: {(faults.Count == 0 ? "holds" : "BROKEN")}");
        faults.ForEach(fault => session.Screen.Line($"  {fault}"));
        if (frozen is null)
            return;
        session.Screen.Facts([("frozen", session.Time(frozen.At.ToString("O"))), ("month in", frozen.Zone), ("signed by", frozen.KeyId)]);
        if (faults.Count == 0)
            session.Screen.Line(pinned ? "Proven: this is what was frozen then, after somebody looked it over." : "Not proven: whose key it is (compare the fingerprint with one that came another way, or give --key FILE).");
    }

    private static Ed25519PublicKey Key(string path, byte[] pem)
    {
        try
        {
            return Ed25519PublicKey.FromPem(Encoding.UTF8.GetString(pem));
        }
        catch (CryptographicException)
        {
            throw new CliException(ExitCode.Usage, $"--key: expected a file with an Ed25519 public key (PEM); {path} is none.");
        }
    }

    private static async Task<byte[]> ReadAsync(Session session, string path, CancellationToken cancellation)
    {
        var file = new FileInfo(Path.Combine(session.Surroundings.Directory, path));
        try
        {
            return file.Length <= LargestFile ? await File.ReadAllBytesAsync(file.FullName, cancellation) : throw new CliException(ExitCode.Usage, $"{path}: larger than any statement.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path}: there is no such file, or it cannot be read.");
        }
    }
}
