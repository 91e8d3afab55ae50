using Ketman.Cli.Connection;

namespace Ketman.Cli;

/// <summary>Ends a command with one sentence for the person and an exit status for the program; nothing else is ever shown of it.</summary>
internal sealed class CliException : Exception
{
    public CliException(ExitCode code, string message)
        : base(message) => Code = code;

    public CliException(Problem problem)
        : base(problem.Sentence)
    {
        Code = problem.ExitCode;
        Problem = problem;
    }

    public ExitCode Code { get; }

    /// <summary>What the platform answered, when it was the platform that refused.</summary>
    public Problem? Problem { get; }
}
