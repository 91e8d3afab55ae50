using System.CommandLine;

namespace Ketman.Cli.Commands;

/// <summary>What every command takes.</summary>
internal static class GlobalOptions
{
    public static readonly Option<string?> Url = new("--url")
    {
        Description = "the gateway, e.g. https://ketman.example.org (default: KETMAN_URL, else http://127.0.0.1:7400)",
        HelpName = "url",
        Recursive = true,
    };

    public static readonly Option<string?> KeyFile = new("--key-file")
    {
        Description = "a file with the API key, e.g. ~/.config/ketman/key (default: KETMAN_KEY, KETMAN_KEY_FILE, .ketman/admin.key upward from here)",
        HelpName = "file",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "print the platform's answer unchanged, for programs, e.g. ketman board --json | jq .items[0]",
        Recursive = true,
    };

    public static readonly Option<bool> Verbose = new("--verbose", "-v")
    {
        Description = "say on stderr what is asked and under which trace id, e.g. ketman -v board",
        Recursive = true,
    };
}
