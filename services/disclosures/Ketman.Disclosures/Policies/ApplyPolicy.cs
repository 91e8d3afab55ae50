using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Policies;

/// <summary>Lets a document be the next version of the policy that it names.</summary>
/// <param name="Document">The policy as people wrote it.</param>
/// <param name="Note">Why, or what changed.</param>
public sealed record ApplyPolicy(JsonElement Document, string? Note = null)
{
    /// <summary>The document that holds already is no new version, however it is written.</summary>
    public static Decision Decide(PolicyHistory state, ApplyPolicy command, CommandContext context)
    {
        var policy = command.Read();
        return state.Latest?.Digest == policy.Digest
            ? Decision.Nothing
            : Decision.Accept(new PolicyApplied(
                context.At(null), policy.Document.Name, state.Versions.Count + 1, policy.Text, policy.Digest, context.By, command.Note));
    }

    /// <summary>Where it is kept: at the name that the document bears.</summary>
    internal static ValueTask<Located> LocateAsync(ApplyPolicy command, LocateContext context, CancellationToken cancellation)
    {
        var name = command.Read().Document.Name;
        return ValueTask.FromResult(new Located(PolicyHistory.Aggregate.IdOf(name), name));
    }

    private PolicyText Read()
    {
        _ = PolicyText.Read(Document, out var policy);
        return policy ?? throw new InvalidOperationException("A document is validated before it is decided on.");
    }

    internal sealed class Rules : AbstractValidator<ApplyPolicy>
    {
        public Rules()
        {
            RuleFor(c => c.Document).Custom((document, context) =>
            {
                foreach (var problem in PolicyText.Read(document, out _))
                {
                    context.AddFailure(new ValidationFailure(PathOf(problem.Field), problem.Message));
                }
            });
            RuleFor(c => c.Note).Multiline(2000);
        }

        private static string PathOf(string field) => field.Length == 0 ? "document" : $"document.{field}";
    }
}
