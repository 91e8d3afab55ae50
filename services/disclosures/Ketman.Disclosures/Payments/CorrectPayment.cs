using FluentValidation;
using Ketman.Contracts;
using Ketman.Disclosures.Cases;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Disclosures.Payments;

/// <summary>Says what a recorded payment really was, whole: what is left out is not known.</summary>
/// <param name="Payment">Which, by its id or key.</param>
/// <param name="Account">Who was paid.</param>
/// <param name="Asset">In what: the symbol of an asset of the catalogue.</param>
/// <param name="Amount">Units of the asset.</param>
/// <param name="Reason">What was wrong.</param>
/// <param name="Usd">Its value in USD at the payment's date, when there is a single price.</param>
/// <param name="UsdLow">The lower end of its value, when the price is a range.</param>
/// <param name="UsdHigh">The upper end.</param>
/// <param name="PriceSource">Where the price comes from; needed with a value of anything but USD.</param>
/// <param name="Reference">E.g. a transaction hash.</param>
/// <param name="At">When it was paid; must be said.</param>
public sealed record CorrectPayment(
    string Payment, string Account, string Asset, decimal Amount, string Reason, decimal? Usd = null, decimal? UsdLow = null,
    decimal? UsdHigh = null, string? PriceSource = null, string? Reference = null, Moment? At = null)
    : ITimedCommand, IReferring, IPaymentTerms
{
    IEnumerable<Reference> IReferring.References => [new("account", Account)];

    /// <summary>Only a payment that stands can be corrected, on a closed case too; a correction that changes nothing is none.</summary>
    public static Decision Decide(Disclosure state, CorrectPayment command, CommandContext context)
    {
        if (Gate.Always(state, context) is { } barred)
        {
            return barred;
        }

        var id = context.FactId(command.Payment);
        if (!state.TryGet<PaymentRecorded>(id, "payment", out var known, out var broken))
        {
            return broken;
        }

        var corrected = new PaymentCorrected(
            context.At(command.At), id, context.IdOf("account", command.Account), Assets.Find(command.Asset)?.Symbol ?? command.Asset,
            command.Amount, PaymentTerms.ValueOf(command), command.PriceSource, command.Reference, command.Reason);
        return corrected.AsPayment() == known ? Decision.Nothing : Decision.Accept(corrected);
    }

    internal sealed class Rules : AbstractValidator<CorrectPayment>
    {
        public Rules()
        {
            RuleFor(c => c.Payment).Ref();
            RuleFor(c => c.Account).Ref();
            Include(new PaymentTerms.Rules());
            RuleFor(c => c.Reason).Multiline(2000);
            RuleFor(c => c.At).MustBeSaid();
        }
    }
}
