using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Figures;

/// <summary>When in a case something happened that times are counted from or to; named as in the catalogue.</summary>
public enum CaseMilestone
{
    /// <summary>It was opened.</summary>
    Opened,

    /// <summary>The first outreach was tried.</summary>
    FirstAttempt,

    /// <summary>The first outreach is known to have arrived.</summary>
    FirstDelivered,

    /// <summary>A human showed that the report was received.</summary>
    Acknowledged,

    /// <summary>Any word of a human of the company.</summary>
    CompanyWord,

    /// <summary>The first reaction that is a decision.</summary>
    Triaged,

    /// <summary>The first reaction that was classified.</summary>
    Classified,

    /// <summary>Access was revoked for anybody.</summary>
    FirstRevocation,

    /// <summary>Access was revoked for everybody known then.</summary>
    AccessRevoked,

    /// <summary>It was resolved, and stands so.</summary>
    Resolved,

    /// <summary>It was resolved or closed, and stands so.</summary>
    Ended,
}

/// <summary>What became of a clock.</summary>
public enum ClockOutcome
{
    /// <summary>It runs: begun, not stopped, no breach stands.</summary>
    Waiting,

    /// <summary>Stopped, and no breach stands.</summary>
    Met,

    /// <summary>Stopped after the due time that a warning had named, within the grace that was granted.</summary>
    MetInGrace,

    /// <summary>Its time ran out.</summary>
    Breached,

    /// <summary>The case ended before.</summary>
    Ended,

    /// <summary>It is known only by a breach that was annulled.</summary>
    Unknown,
}

/// <summary>One try to reach somebody.</summary>
/// <param name="Channel">By which way.</param>
/// <param name="At">When.</param>
/// <param name="Delivered">Whether it is known to have arrived.</param>
/// <param name="Bounced">Whether it is known not to have arrived.</param>
/// <param name="Machine">Whether a machine answered.</param>
/// <param name="Answered">When a human first answered it; null: nobody did.</param>
public readonly record struct MeasuredAttempt(Channel Channel, Moment At, bool Delivered, bool Bounced, bool Machine, Moment? Answered);

/// <summary>One promise.</summary>
/// <param name="Made">When it was made.</param>
/// <param name="Due">By when it was to be kept.</param>
/// <param name="State">What became of it; <see cref="PromiseState.Open"/> as long as it is neither kept nor settled, whether or not its time has run out.</param>
public readonly record struct MeasuredPromise(Moment Made, Moment Due, PromiseState State);

/// <summary>One payment to a worker.</summary>
/// <param name="At">When it was paid.</param>
/// <param name="AccountId">Who was paid.</param>
/// <param name="Asset">In what.</param>
/// <param name="Kind">What sort of money that is, when known.</param>
/// <param name="Amount">Units of the asset.</param>
/// <param name="Usd">Its value at that date; null: unpriced.</param>
/// <param name="PriceSource">Where the price comes from, when known.</param>
public readonly record struct MeasuredPayment(Moment At, Guid AccountId, string Asset, AssetKind? Kind, decimal Amount, UsdValue? Usd, string? PriceSource);

/// <summary>One clock.</summary>
/// <param name="Name">Its name.</param>
/// <param name="OwedBy">Who owes.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Annulled">How many of its breaches were annulled.</param>
public readonly record struct MeasuredClock(string Name, Party OwedBy, ClockOutcome Outcome, int Annulled);

/// <summary>The policy that a case is pinned to.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
public sealed record MeasuredPolicy(string Name, int Version);

/// <summary>
/// What every figure needs of one case, and nothing else: it stands as one narrow row, and nothing in it depends on the time at which it is
/// looked at.
/// </summary>
internal sealed class Measure
{
    /// <summary>How many milestones there are.</summary>
    internal static readonly int Milestones = Enum.GetValues<CaseMilestone>().Length;

    /// <summary>The case.</summary>
    public required Guid Id { get; init; }

    /// <summary>Whose case it is; this, the handle and the status are read only where they are asked for (<see cref="MeasureParts.Case"/>).</summary>
    public required Guid CompanyId { get; init; }

    /// <summary>Its handle.</summary>
    public required string Handle { get; init; }

    /// <summary>What it is about; read only where cases are listed.</summary>
    public string? Title { get; init; }

    /// <summary>Where it stands.</summary>
    public required CaseStatus Status { get; init; }

    /// <summary>When what happened, by <see cref="CaseMilestone"/>.</summary>
    internal required Moment?[] Times { get; init; }

    /// <summary>By which way the first outreach that arrived went; null: nothing is known to have arrived.</summary>
    public Channel? FirstChannel { get; init; }

    /// <summary>How many attempts there had been when a human first answered; null: nobody did.</summary>
    public int? TriesToAnswer { get; init; }

    /// <summary>The policy that it is pinned to; null: none.</summary>
    public MeasuredPolicy? Policy { get; init; }

    /// <summary>The tries to reach somebody, in order.</summary>
    public IReadOnlyList<MeasuredAttempt> Attempts { get; init; } = [];

    /// <summary>The promises, in the order in which they were made.</summary>
    public IReadOnlyList<MeasuredPromise> Promises { get; init; } = [];

    /// <summary>The payments, in the order in which they were paid.</summary>
    public IReadOnlyList<MeasuredPayment> Payments { get; init; } = [];

    /// <summary>The clocks.</summary>
    public IReadOnlyList<MeasuredClock> Clocks { get; init; } = [];

    /// <summary>How the company took it, in order.</summary>
    public IReadOnlyList<(Reaction Reaction, Moment At)> Reactions { get; init; } = [];

    /// <summary>The accounts of the workers that are confirmed in it.</summary>
    public IReadOnlyList<Guid> Workers { get; init; } = [];

    /// <summary>When something first happened; null: it has not.</summary>
    public Moment? At(CaseMilestone milestone) => Times[(int)milestone];

    /// <summary>Reads a case.</summary>
    public static Measure Of(Case known)
    {
        var traces = new CaseTraces(known);
        var contact = Contact.Of(known);
        var policy = known.Of<PolicyPinned>().OrderBy(pinned => pinned.Fact.Version).LastOrDefault();
        var pinnedTo = policy.Said is null ? null : new MeasuredPolicy(policy.Said.Name, policy.Said.Version);
        var times = traces.Times(contact);
        return new Measure
        {
            Id = known.Id,
            CompanyId = known.CompanyId,
            Handle = known.Opening.Said.Handle,
            Title = known.Opening.Said.Title,
            Status = known.Status,
            Times = times,
            FirstChannel = contact.Delivered is { } arrival ? contact.Attempts.Where(attempt => attempt.Id == arrival.Outreach).Select(attempt => (Channel?)attempt.Said.Channel).FirstOrDefault() : null,
            TriesToAnswer = traces.Answered is { } answered ? contact.Attempts.Count(attempt => known.Calendar.Compare(attempt.At, answered) <= 0) : null,
            Policy = pinnedTo,
            Attempts = [.. contact.Attempts.Select(traces.Attempt)],
            Promises = [.. Promise.Of(known, DateTimeOffset.MinValue).Select(promise => new MeasuredPromise(promise.Made.At, promise.Made.Said.Due, promise.State))],
            Payments = [.. known.Payments.Select(payment => new MeasuredPayment(payment.At, payment.AccountId, payment.Asset, payment.Kind, payment.Amount, payment.Usd, payment.PriceSource))],
            Clocks = CaseClocks.Of(known, pinnedTo?.Name, times, traces.Words),
            Reactions = [.. known.Of<ReactionClassified>().Select(said => (said.Said.Reaction, said.At))],
            Workers = [.. known.Of<WorkerConfirmed>().Select(said => said.Said.AccountId).Distinct()],
        };
    }
}
