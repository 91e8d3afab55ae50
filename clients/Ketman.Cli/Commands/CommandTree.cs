using System.CommandLine;
using System.CommandLine.Help;
using Ketman.Cli.Connection;
using Ketman.Cli.Output;
using Ketman.Vocabulary;

namespace Ketman.Cli.Commands;

/// <summary>Everything that <c>ketman</c> can do.</summary>
internal static class CommandTree
{
    /// <summary>The groups in which the help lists the commands of the root.</summary>
    public static readonly (string Title, string[] Names)[] Groups =
    [
        ("Look", ["board", "views", "watch", "events", "notices", "disclosures", "statement", "figures", "metrics", "companies", "accounts", "leads", "duplicates"]),
        ("Reach a company", ["outreach", "acknowledge", "reaction", "commitment", "update", "information", "take-step", "final-notice", "publication"]),
        ("Record what is found", ["assess", "worker", "merge", "payment", "revoke", "implant", "help-engaged"]),
        ("Know what is due", ["ladder", "clocks", "clock", "calendar"]),
        ("Keep to the terms", ["policy", "migrate-policy", "severity", "embargo"]),
        ("Keep to yourselves", ["mark", "restrict", "unrestrict"]),
        ("Prove it", ["verify", "dossier"]),
        ("Let people in", ["users", "invitation", "keys", "audit"]),
        ("Run the platform", ["import", "health", "projections", "deadlines", "bus", "erase", "sbom", "version"]),
    ];

    public static RootCommand Create()
    {
        var root = new RootCommand("The Ketman Platform by keyboard: disclosures to companies, and what they do about them.")
        {
            BoardVerb.Create("board", "Shows the open disclosures: what was last done, who has to move, what is owed next.",
                "ketman board", "ketman board --waiting-on company --due-within P2D", "ketman board --assignee me --tag wallet-drainer --sort opened", "ketman board --q \"deploy keys\"", "ketman board --json | jq -r '.items[].disclosure'"),
            ViewsVerb.Create(),
            WatchVerb.Create(),
            NoticesVerb.Create(),
            IntakeVerbs.Companies(),
            IntakeVerbs.Accounts(),
            AssessVerbs.Create(),
            IntakeVerbs.Leads(),
            IntakeVerbs.Duplicates(),
            DisclosureVerbs.Disclosures(),
            DisclosureVerbs.Outreach(),
            StatementVerb.Create(),
            FiguresVerb.Create(),
            MetricsVerb.Create(),
            EventsVerb.Create(),
            PolicyVerb.Create(),
            LadderVerb.Create(),
            PublicationVerbs.Create(),
            Import.ImportVerb.Create(),
            ClockVerb.List(),
            ClockVerb.Create(),
            CalendarVerb.Create(),
            VerifyVerb.Create(),
            DossierVerb.Create(),
            HealthVerb.Create(),
            ProjectionsVerb.Create(),
            DeadlinesVerb.Create(),
            BusVerb.Create(),
            UsersVerb.Create(),
            InvitationVerb.Create(),
            KeysVerb.Create(),
            AuditVerb.Create(),
            EraseVerb.Create(),
            Sbom.SbomVerb.Create(),
            Version(),
        };
        foreach (var fact in DisclosureVerbs.Facts())
            root.Add(fact);

        root.Add(GlobalOptions.Url);
        root.Add(GlobalOptions.KeyFile);
        root.Add(GlobalOptions.Json);
        root.Add(GlobalOptions.Verbose);
        foreach (var option in root.Options)
        {
            if (option is HelpOption help)
                help.Action = new HelpView();
        }

        return root;
    }

    /// <summary>Runs one command line; nothing escapes from here but an exit status.</summary>
    public static async Task<ExitCode> RunAsync(string[] arguments, Surroundings surroundings, CancellationToken cancellation)
    {
        // `ketman version` is what scripts call in loops, and needs none of the rest.
        if (arguments is ["version"] or ["--version"])
        {
            surroundings.Out.WriteLine($"ketman {PlatformClient.Version}");
            return ExitCode.Ok;
        }

        var json = arguments.Contains("--json");
        try
        {
            var parsed = Create().Parse(arguments);
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpView)
                return Explain(parsed, surroundings);

            var configuration = new RunConfiguration(surroundings)
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
                Output = surroundings.Out,
                Error = surroundings.Error,
            };
            return (ExitCode)await parsed.InvokeAsync(configuration, cancellation);
        }
        catch (CliException e)
        {
            Tell(e, surroundings, json);
            return e.Code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (e.HResult == BrokenPipe)
        {
            // `ketman board | head`: whoever read has had enough.
            return ExitCode.Ok;
        }
    }

    // EPIPE, as .NET reports it on Unix.
    private const int BrokenPipe = 32;

    private static Verb Version()
    {
        var verb = new Verb("version", "Prints the version of the CLI.", "ketman version");
        verb.SetAction(parsed => parsed.InvocationConfiguration.Output.WriteLine($"ketman {PlatformClient.Version}"));
        return verb;
    }

    private static ExitCode Explain(ParseResult parsed, Surroundings surroundings)
    {
        var command = parsed.CommandResult.Command;
        var words = parsed.UnmatchedTokens;
        if (words.Count > 0 && command.Subcommands.Count > 0)
        {
            var near = Spelling.Nearest(words[0], command.Subcommands.Select(sub => sub.Name));
            surroundings.Error.WriteLine($"ketman: there is no command '{Screen.Clean($"{PathOf(parsed)} {words[0]}".Trim())}'{(near is null ? "" : $"; did you mean {near}?")}");
        }
        else if (words.Count > 0 && words[0].StartsWith("--", StringComparison.Ordinal))
        {
            var near = Spelling.Nearest(words[0], command.Options.Select(option => option.Name));
            surroundings.Error.WriteLine($"ketman: there is no option {Screen.Clean(words[0])}{(near is null ? "" : $"; did you mean {near}?")}");
        }
        else if (words.Count == 0 && command.Subcommands.Count > 0)
        {
            // `ketman outreach` alone asks what there is.
            HelpView.Write(command, surroundings.Error, Math.Clamp(surroundings.Width, 60, 140));
            return ExitCode.Usage;
        }
        else
        {
            foreach (var error in parsed.Errors)
                surroundings.Error.WriteLine($"ketman: {Screen.Clean(error.Message)}");
        }

        surroundings.Error.WriteLine($"See: {$"ketman {PathOf(parsed)}".TrimEnd()} --help");
        return ExitCode.Usage;
    }

    private static string PathOf(ParseResult parsed)
    {
        var names = new List<string>();
        for (var result = parsed.CommandResult; result is { Parent: System.CommandLine.Parsing.CommandResult parent }; result = parent)
            names.Insert(0, result.Command.Name);
        return string.Join(' ', names);
    }

    private static void Tell(CliException failure, Surroundings surroundings, bool json)
    {
        if (failure.Problem is not { } problem)
        {
            surroundings.Error.WriteLine($"ketman: {Screen.Clean(failure.Message)}");
            return;
        }

        if (json && problem.Raw is { } raw)
        {
            surroundings.Error.WriteLine(raw);
            return;
        }

        surroundings.Error.WriteLine($"ketman: {Screen.Clean(problem.Sentence)}");
        foreach (var field in problem.Fields)
            surroundings.Error.WriteLine($"  {(field.Name.Length == 0 ? "" : Screen.Clean(field.Name) + ": ")}{Screen.Clean(field.Message)}");
        if (failure.Code is ExitCode.NotAllowed)
            surroundings.Error.WriteLine(problem.Status == 401 ? "  Check KETMAN_KEY, KETMAN_KEY_FILE or --key-file." : "  An admin can make a key with another role: ketman keys create NAME --role ROLE.");
    }
}
