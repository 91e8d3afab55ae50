using FluentValidation;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Assessments;

/// <summary>Begins to ask about an account, by the newest questions; they stay the same until the assessment is concluded.</summary>
/// <param name="Account">Which.</param>
/// <param name="At">When; left out: now.</param>
public sealed record OpenAssessment([property: PersonalData] string Account, Moment? At = null) : ITimedCommand, IReferring
{
    /// <inheritdoc />
    public IEnumerable<Reference> References => [new("account", Account), new(AssessedAccount.Kind, Account)];

    /// <summary>One at a time; a concluded one can be followed by another.</summary>
    public static Decision Decide(Assessment state, OpenAssessment command, CommandContext context) =>
        AssessmentRules.Barred(context, command.Account) is { } barred ? barred
        : state.Current is { Concluded: null } ? Decision.Nothing
        : Decision.Accept(new AssessmentOpened(
            context.IdOf("account", command.Account), QuestionCatalogue.Newest.Version, context.At(command.At)));

    internal sealed class Rules : AbstractValidator<OpenAssessment>
    {
        public Rules() => RuleFor(c => c.Account).Ref();
    }
}
