using System.CommandLine;

namespace Ketman.Cli.Commands;

/// <summary>A command with examples that its help shows.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, params IReadOnlyList<string> examples)
        : base(name, description) => Examples = examples;

    public IReadOnlyList<string> Examples { get; }

    public Verb With(params ReadOnlySpan<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Command command:
                    Add(command);
                    break;
                case Option option:
                    Add(option);
                    break;
                case Argument argument:
                    Add(argument);
                    break;
            }
        }

        return this;
    }

    /// <summary>What the command does, given a session on the platform.</summary>
    public Verb Does(Func<Session, CancellationToken, Task<ExitCode>> action)
    {
        SetAction(async (parsed, cancellation) =>
        {
            using var session = Session.Of(parsed);
            try
            {
                return (int)await action(session, cancellation);
            }
            finally
            {
                session.RemarkTrace();
            }
        });
        return this;
    }
}
