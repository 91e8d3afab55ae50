using System.Security.Cryptography;
using System.Text;
using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Publication;

/// <summary>Names the company in public: the last step, which only a person takes.</summary>
/// <param name="Url">Where the text stands.</param>
/// <param name="Text">The text as published, when it is not word for word the generated one.</param>
public sealed record Publish(string Url, string? Text = null) : ITargetReferring
{
    IEnumerable<Reference> ITargetReferring.ReferencesOf(string target) => Clearance.Of(target);

    /// <summary>Every condition is asked again at this moment, and the text is searched for what must not leave.</summary>
    public static Decision Decide(Disclosure state, Publish command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        if (Clearance.In(context) is not { } clearance)
        {
            return Clearance.Missing;
        }

        var publication = PublicationState.Of(state);
        var text = command.Text ?? PublicText.Of(state, clearance.Company);
        IReadOnlyList<UnmetCondition> unmet =
        [
            .. PublicationConditions.Unmet(state, context.Now, clearance.Wish),
            .. LeakCheck.Of(text, LeakCheck.Guarding(state, clearance), LeakCheck.Allowed(clearance)).Select(leak => leak.AsCondition()),
        ];
        return PublicationConditions.Refusal(unmet, "It cannot be published") is { } refused
            ? refused
            : Decision.Accept(new CompanyNamed(Moment.At(context.Now), publication.ProposalId!.Value, context.By, command.Url, DigestOf(text)));
    }

    /// <summary>SHA-256 of a text in UTF-8, lower-case hex.</summary>
    internal static string DigestOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    internal sealed class Rules : AbstractValidator<Publish>
    {
        public Rules()
        {
            RuleFor(c => c.Url).Url();
            RuleFor(c => c.Text).Multiline(50_000);
        }
    }
}
