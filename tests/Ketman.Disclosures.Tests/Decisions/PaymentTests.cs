using Ketman.Contracts;
using Ketman.Disclosures.Payments;
using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class PaymentTests
{
    private static readonly RecordPayment Pay = new(
        "github:fox", "usdc", 5000m, Usd: 5000m, PriceSource: "at par", Reference: "0x5f3a", At: On("2024-11-30"));

    private static readonly CorrectPayment Correct = new(
        Ref(1), "github:owl", "UNI", 400m, "another token", UsdLow: 4800m, UsdHigh: 5200m, PriceSource: "low and high of the day", At: On("2024-12-01"));

    private static readonly PaymentCorrected Corrected = new(
        On("2024-12-01"), Fact(1), Owl, "UNI", 400m, new UsdValue(4800m, 5200m), "low and high of the day", null, "another token");

    [Fact]
    public void a_payment_is_recorded_under_the_catalogues_symbol() => Case().When(RecordPayment.Decide, Pay).Then(Paid);

    [Fact]
    public void a_payment_with_a_range_keeps_both_ends() => Case()
        .When(RecordPayment.Decide, Pay with { Usd = null, UsdLow = 4800m, UsdHigh = 5200m }).Then(Paid with { Usd = new UsdValue(4800m, 5200m) });

    [Fact]
    public void a_payment_without_a_price_is_unpriced_even_in_a_stablecoin() => Case()
        .When(RecordPayment.Decide, Pay with { Usd = null, PriceSource = null }).Then(Paid with { Usd = null, PriceSource = null });

    [Fact]
    public void a_dollar_is_worth_a_dollar() => Case()
        .When(RecordPayment.Decide, Pay with { Asset = "USD", Usd = null, PriceSource = null })
        .Then(Paid with { Asset = "USD", PriceSource = null });

    [Fact]
    public void the_same_payment_with_the_same_reference_is_one() => Case(Paid).When(RecordPayment.Decide, Pay).ThenNothing();

    [Fact]
    public void the_same_payment_written_with_other_decimals_is_one() =>
        Case(Paid).When(RecordPayment.Decide, Pay with { Amount = 5000.00m, Usd = 5000.0m }).ThenNothing();

    [Fact]
    public void equal_payments_without_a_reference_are_two() => Case(Paid with { Reference = null })
        .When(RecordPayment.Decide, Pay with { Reference = null }).Then(Paid with { Reference = null });

    [Fact]
    public void a_payment_that_comes_to_light_late_is_added_to_a_closed_case() => Case(Closed).When(RecordPayment.Decide, Pay).Then(Paid);

    [Fact]
    public void a_payment_after_the_closing_means_that_the_case_is_not_over() =>
        Case(Closed).When(RecordPayment.Decide, Pay with { At = On("2025-02-19") }).ThenRefused("case-closed");

    [Fact]
    public void a_payment_is_corrected_whole() => Case(Paid).When(CorrectPayment.Decide, Correct).Then(Corrected);

    [Fact]
    public void a_payment_of_a_closed_case_is_corrected() => Case(Paid, Closed).When(CorrectPayment.Decide, Correct).Then(Corrected);

    [Fact]
    public void a_correction_that_changes_nothing_is_none()
    {
        Case(Paid, Corrected).When(CorrectPayment.Decide, Correct with { Reason = "in other words" }).ThenNothing();
        Case(Paid).When(CorrectPayment.Decide, new CorrectPayment(
            Ref(1), "github:fox", "USDC", 5000m, "to be sure", 5000m, PriceSource: "at par", Reference: "0x5f3a", At: On("2024-11-30"))).ThenNothing();
    }

    [Fact]
    public void a_corrected_payment_is_corrected_again() => Case(Paid, Corrected)
        .When(CorrectPayment.Decide, Correct with { Amount = 401m }).Then(Corrected with { Amount = 401m });

    [Fact]
    public void an_unknown_payment_is_not_corrected()
    {
        Case(Paid).When(CorrectPayment.Decide, Correct with { Payment = "november" }).ThenRefused("payment-unknown");
        Case(Mailed).When(CorrectPayment.Decide, Correct).ThenRefused("payment-unknown");
        Case(Paid, Corrected).When(CorrectPayment.Decide, Correct with { Payment = Ref(2) }).ThenRefused("payment-unknown");
    }

    [Fact]
    public void a_retracted_payment_is_not_corrected() => Case(Paid, new FactRetracted(Now, Fact(1), "a slip"))
        .When(CorrectPayment.Decide, Correct).ThenRefused("payment-retracted");
}
