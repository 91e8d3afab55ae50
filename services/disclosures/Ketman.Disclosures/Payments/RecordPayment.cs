using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Payments;

/// <summary>Records that a worker was paid.</summary>
/// <param name="Account">Who was paid.</param>
/// <param name="Asset">In what: the symbol of an asset of the catalogue.</param>
/// <param name="Amount">Units of the asset.</param>
/// <param name="Usd">Its value in USD at the payment's date, when there is a single price.</param>
/// <param name="UsdLow">The lower end of its value, when the price is a range.</param>
/// <param name="UsdHigh">The upper end.</param>
/// <param name="PriceSource">Where the price comes from; needed with a value of anything but USD.</param>
/// <param name="Reference">E.g. a transaction hash.</param>
/// <param name="At">When it was paid; must be said.</param>
public sealed record RecordPayment(
    string Account, string Asset, decimal Amount, decimal? Usd = null, decimal? UsdLow = null, decimal? UsdHigh = null,
    string? PriceSource = null, string? Reference = null, Moment? At = null) : ITimedCommand, IReferring, IPaymentTerms
{
    IEnumerable<Reference> IReferring.References => [new("account", Account)];

    /// <summary>
    /// The same payment with the same reference is one. Without a reference, equal payments on one day are two: only a repeated
    /// command is a repetition.
    /// </summary>
    public static Decision Decide(Disclosure state, RecordPayment command, CommandContext context)
    {
        var at = context.At(command.At);
        var paid = new PaymentRecorded(
            at, context.IdOf("account", command.Account), Assets.Find(command.Asset)?.Symbol ?? command.Asset, command.Amount,
            PaymentTerms.ValueOf(command), command.PriceSource, command.Reference);
        return Gate.NotAfterClosing(state, context, at) is { } barred ? barred
            : paid.Reference is not null && state.Standing<PaymentRecorded>().Any(known => known.Said == paid) ? Decision.Nothing
            : Decision.Accept(paid);
    }

    internal sealed class Rules : AbstractValidator<RecordPayment>
    {
        public Rules()
        {
            RuleFor(c => c.Account).Ref();
            Include(new PaymentTerms.Rules());
            RuleFor(c => c.At).MustBeSaid();
        }
    }
}
