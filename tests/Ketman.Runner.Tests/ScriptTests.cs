using Ketman.Hosting;

namespace Ketman.Runner.Tests;

public sealed class ScriptTests
{
    private static readonly Dictionary<string, string> s_nothing = [];

    public static TheoryData<string> Scripts => [.. Directory
        .EnumerateFiles(Repository.PathOf("infra"), "*.sh", SearchOption.AllDirectories)
        .Append(Repository.PathOf("ketman"))
        .Append(Repository.PathOf(".ci", "run"))
        .Select(file => Path.GetRelativePath(Repository.Root, file))];

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task a_script_is_valid_bash(string script)
    {
        var said = await Shell.Run(Repository.Root, s_nothing, "bash", ["-n", script]);
        said.Status.ShouldBe(0, said.ToString());
    }

    [Fact]
    public async Task help_names_every_command()
    {
        var help = await Shell.Run(Repository.Root, s_nothing, Repository.PathOf("ketman"), ["help"]);

        help.Status.ShouldBe(0);
        var commands = Directory.EnumerateFiles(Repository.PathOf("infra", "local", "commands")).Select(Path.GetFileNameWithoutExtension).ToList();
        commands.Count.ShouldBe(11);
        // `cli` is not typed: it is what happens to everything else.
        foreach (var command in commands.Where(c => c != "cli"))
        {
            help.Output.ShouldMatch($@"(?m)^  {command}\b");
        }
    }

    [Fact]
    public async Task version_says_what_this_is_and_what_it_runs_on()
    {
        var version = await Shell.Run(Path.GetTempPath(), s_nothing, Repository.PathOf("ketman"), ["version"]);

        version.Status.ShouldBe(0, version.ToString());
        version.Output.ShouldMatch(@"^ketman \d+\.\d+\.\d+");
        version.Output.ShouldMatch(@"\n\.NET SDK +10\.");
        version.Output.ShouldMatch(@"\nPostgreSQL +\d+");
        version.Output.ShouldMatch(@"\nRabbitMQ +\d+");
    }

    [Theory]
    [InlineData("up", "--fast")]
    [InlineData("up", "--port", "ninety")]
    [InlineData("up", "--port", "40000")]
    [InlineData("logs", "no-such-service")]
    public async Task an_argument_that_makes_no_sense_is_refused_before_anything_happens(params string[] arguments)
    {
        var said = await Shell.Run(Repository.Root, s_nothing, Repository.PathOf("ketman"), arguments);

        said.Status.ShouldBe(1);
        said.Errors.ShouldStartWith("ketman: ");
        said.Errors.ShouldNotContain("unexpected failure");
    }

    [Theory]
    [InlineData("install_packages 'the tests ask for it' postgresql rabbitmq-server || exit 5", 5, "postgresql rabbitmq-server", "the tests ask for it")]
    [InlineData("need_node", 1, "nodejs npm", "the dashboard's scripts and styles are bundled by npm")]
    [InlineData("need_chromium", 1, "chromium fonts-dejavu-core", "the dashboard is tested in a real browser")]
    public async Task without_rights_the_line_to_install_what_is_missing_is_printed(string needed, int status, string packages, string why)
    {
        // An account that is not root, on a machine that has apt-get and no sudo.
        var folder = Directory.CreateTempSubdirectory("ketman-path-");
        try
        {
            File.SetUnixFileMode(folder.FullName, (UnixFileMode)0b111_101_101);
            await ProgramAsync(folder, "apt-get", "exit 1");
            string[] script =
            [
                "bash", "-c", $"""
                set -euo pipefail
                LOCAL=$1 LOG_DIR=/nowhere PATH=$2
                source "$LOCAL/output.sh"
                source "$LOCAL/install.sh"
                {needed}
                """, "-", Repository.PathOf("infra", "local"), folder.FullName,
            ];
            string[] asNobody = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", .. script] : script;

            var said = await Shell.Run("/", s_nothing, asNobody[0], asNobody[1..]);

            said.Status.ShouldBe(status, said.ToString());
            said.Errors.ShouldContain($"missing here: {packages} ({why})");
            said.Errors.ShouldContain($"sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends {packages}'");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task a_browser_that_is_there_is_given_to_the_tests_and_one_that_is_named_comes_first()
    {
        var folder = Directory.CreateTempSubdirectory("ketman-path-");
        try
        {
            var chromium = await ProgramAsync(folder, "chromium", "exit 1");
            await ProgramAsync(folder, "find", "echo /usr/share/fonts/some.ttf");

            (await ChosenAsync(s_nothing)).ShouldBe(chromium);
            (await ChosenAsync(new Dictionary<string, string> { ["KETMAN_TEST_CHROMIUM"] = "/opt/browser" })).ShouldBe("/opt/browser");
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<string> ChosenAsync(Dictionary<string, string> variables)
        {
            string[] script =
            [
                "-c", """
                set -euo pipefail
                LOCAL=$1 LOG_DIR=/nowhere PATH=$2
                source "$LOCAL/output.sh"
                source "$LOCAL/install.sh"
                need_chromium
                echo "$KETMAN_TEST_CHROMIUM"
                """, "-", Repository.PathOf("infra", "local"), folder.FullName,
            ];
            var said = await Shell.Run("/", variables, "bash", script);
            said.Status.ShouldBe(0, said.ToString());
            return said.Output.Trim();
        }
    }

    [Theory]
    [InlineData("gateway")]
    [InlineData("intake")]
    [InlineData("disclosures")]
    [InlineData("metrics")]
    [InlineData("dashboard")]
    public async Task a_process_is_started_with_every_variable_it_reads_and_with_none_that_nobody_reads(string process)
    {
        var said = await Shell.Run(
            Repository.Root,
            new Dictionary<string, string> { ["ROOT"] = Repository.Root, ["LOCAL"] = Repository.PathOf("infra", "local") },
            "bash",
            ["-c", "set -euo pipefail; source $LOCAL/output.sh; source $LOCAL/settings.sh; source $LOCAL/services.sh; PORT=7400; service_environment $1; env", "-", process]);

        said.Status.ShouldBe(0, said.ToString());
        var given = said.Output.Split('\n').Where(line => line.StartsWith("KETMAN_", StringComparison.Ordinal)).Select(line => line.Split('=')[0]).ToList();
        foreach (var (variable, _) in KetmanSettings.Variables.Where(v => v.Key.StartsWith("KETMAN_", StringComparison.Ordinal) && v.Value.Contains(process)))
        {
            given.ShouldContain(name => name == variable || name == variable + "_FILE", variable);
        }

        given.ShouldAllBe(name => KetmanSettings.Variables.ContainsKey(name.Replace("_FILE", "", StringComparison.Ordinal)) || KetmanSettings.Variables.ContainsKey(name));
    }

    [Fact]
    public async Task the_dashboard_learns_of_no_key_no_database_and_no_bus()
    {
        var said = await Shell.Run(
            Repository.Root,
            new Dictionary<string, string>
            {
                ["ROOT"] = Repository.Root,
                ["LOCAL"] = Repository.PathOf("infra", "local"),
                ["KETMAN_POSTGRES"] = "postgres://admin:secret@host/postgres",
                ["KETMAN_KEY"] = "ktm_secret",
            },
            "bash",
            ["-c", "set -euo pipefail; source $LOCAL/output.sh; source $LOCAL/settings.sh; source $LOCAL/services.sh; PORT=7400; service_environment dashboard; env"]);

        said.Output.Split('\n').Where(line => line.StartsWith("KETMAN_", StringComparison.Ordinal)).ShouldBe(
            ["KETMAN_LISTEN=http://127.0.0.1:7404", "KETMAN_GATEWAY=http://127.0.0.1:7400"], ignoreOrder: true);
    }

    [Fact]
    public async Task what_a_build_makes_of_the_pages_is_no_source_and_what_it_is_made_of_is()
    {
        var folder = Directory.CreateTempSubdirectory("ketman-sources-");
        try
        {
            var pages = folder.CreateSubdirectory("clients/Ketman.Dashboard");
            var before = await SourcesAsync();
            foreach (var made in new[] { "node_modules/htmx.org", "obj/assets", "bin/Release" })
            {
                await File.WriteAllTextAsync(Path.Combine(pages.CreateSubdirectory(made).FullName, "made.js"), "made", TestContext.Current.CancellationToken);
            }

            (await SourcesAsync()).ShouldBe(before);
            foreach (var written in new[] { "package.json", "package-lock.json", "build.mjs", "Assets/app.css" })
            {
                var file = new FileInfo(Path.Combine(pages.FullName, written));
                file.Directory!.Create();
                await File.WriteAllTextAsync(file.FullName, "{}", TestContext.Current.CancellationToken);
                var after = await SourcesAsync();
                after.ShouldNotBe(before, written);
                before = after;
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        async Task<string> SourcesAsync()
        {
            var said = await Shell.Run(
                folder.FullName,
                new Dictionary<string, string> { ["ROOT"] = folder.FullName, ["LOCAL"] = Repository.PathOf("infra", "local") },
                "bash",
                ["-c", "set -euo pipefail; source $LOCAL/output.sh; source $LOCAL/settings.sh; source $LOCAL/processes.sh; source $LOCAL/build.sh; sources_of platform"]);
            said.Status.ShouldBe(0, said.ToString());
            return said.Output;
        }
    }

    [Fact]
    public async Task tests_that_failed_are_named_again_at_the_end_with_the_beginning_of_what_they_said()
    {
        var log = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                log,
                "Running tests from /x/A.Tests.dll (net10.0|x64)\n"
                + "failed A.Boards.a_row_that_is_late_stands_first(on: \"phone (small)\") (1s 204ms)\n"
                + "  from /x/A.Tests.dll (net10.0|x64)\n"
                + "  Shouldly.ShouldAssertException : rows[0]\n      should be\n  \"halcyon\"\n      but was\n  \"juniper\"\n  \n"
                + "  Additional Info:\n      the first\n      the second\n      the third\n"
                + "    at A.Boards.a_row_that_is_late_stands_first() in /x/Boards.cs:12\n"
                + "/x/A.Tests.dll (net10.0|x64) failed with 1 error(s) (3s 100ms)\n"
                + "\u001b[31mfailed\u001b[m B.a_b (12ms)\n"
                + "  Expected 'a'\nBut was: 'b'\n"
                + "  from /x/B.Tests.dll (net10.0|x64)\n"
                + "    at B.a_b()\n"
                + "failed B.c (1s 002ms)\n"
                + "  Complaints\n    should be empty but had\n1\n    item and was\n[\"503 (Service Unavailable)\"]\n"
                + "  from /x/B.Tests.dll (net10.0|x64)\n"
                + "    at B.c()\n"
                + "[12:00:01 INF] a line of a service\n"
                + "{\"EventId\":0,\"Message\":\"Application is shutting down...\"}\n"
                + "\nTest run summary: Failed!\n  total: 1,204\n  failed: 2\n",
                TestContext.Current.CancellationToken);
            var said = await Shell.Run(
                Repository.Root,
                new Dictionary<string, string> { ["ROOT"] = Repository.Root, ["LOCAL"] = Repository.PathOf("infra", "local") },
                "bash",
                ["-c", "set -euo pipefail; source $LOCAL/output.sh; source $LOCAL/settings.sh; source $LOCAL/commands/test.sh; print_failures $1", "-", log]);

            said.Status.ShouldBe(0, said.ToString());
            said.Errors.ShouldBe(
                $"\nwhat failed (all of it: {log})\n"
                + "failed A.Boards.a_row_that_is_late_stands_first(on: \"phone (small)\") (1s 204ms)\n"
                + "  Shouldly.ShouldAssertException : rows[0]\n      should be\n  \"halcyon\"\n      but was\n  \"juniper\"\n  Additional Info:\n      the first\n      the second\n"
                + "failed B.a_b (12ms)\n"
                + "  Expected 'a'\nBut was: 'b'\n"
                + "failed B.c (1s 002ms)\n"
                + "  Complaints\n    should be empty but had\n1\n    item and was\n[\"503 (Service Unavailable)\"]\n");
        }
        finally
        {
            File.Delete(log);
        }
    }

    [Fact]
    public async Task the_operations_page_tells_every_variable_and_every_command()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "operations.md"), TestContext.Current.CancellationToken);

        foreach (var variable in KetmanSettings.Variables.Keys)
        {
            page.ShouldContain($"`{variable}");
        }
    }

    private static async Task<string> ProgramAsync(DirectoryInfo folder, string name, string does)
    {
        var file = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(file, $"#!/bin/sh\n{does}\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        return file;
    }
}
