using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Cases;

/// <summary>Adds a note of the team's.</summary>
public sealed record AddNote(string Text, Moment? At = null) : ITimedCommand
{
    /// <summary>Taken at any time. The same words twice are two notes: only a repeated command is a repetition.</summary>
    public static Decision Decide(Disclosure state, AddNote command, CommandContext context) =>
        Gate.Always(state, context) ?? Decision.Accept(new NoteAdded(context.At(command.At), command.Text));

    internal sealed class Rules : AbstractValidator<AddNote>
    {
        public Rules() => RuleFor(c => c.Text).Multiline(10_000);
    }
}
