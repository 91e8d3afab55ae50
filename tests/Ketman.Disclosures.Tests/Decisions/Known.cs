using Ketman.Contracts;
using Ketman.Disclosures.Policies;
using Ketman.EventStore.Deciding;
using Ketman.Testing;

namespace Ketman.Disclosures.Tests.Decisions;

/// <summary>A case, and the facts that the decision tests begin with.</summary>
internal static class Known
{
    public static readonly Guid Halcyon = Scenario.IdOf("company", "halcyon");
    public static readonly Guid Fox = Scenario.IdOf("account", "github:fox");
    public static readonly Guid Owl = Scenario.IdOf("account", "github:owl");

    public static readonly DisclosureOpened Opened = new(On("2025-02-03"), "halcyon-2025-02", Halcyon, null, null, [Fox]);
    public static readonly OutreachAttempted Mailed = new(At("2025-02-04T10:00:00Z"), Channel.Email, "security contact", null, "mira", null);
    public static readonly DisclosureResolved Resolved = new(On("2025-02-17"), ResolutionOutcome.Removed, null);
    public static readonly DisclosureClosed Closed = new(On("2025-02-18"), "over");
    public static readonly CommitmentMade Promised = new(On("2025-02-06"), "revoke the access", On("2025-02-14"), "head of security");
    public static readonly PaymentRecorded Paid = new(On("2024-11-30"), Fox, "USDC", 5000m, new UsdValue(5000m, 5000m), "at par", "0x5f3a");

    /// <summary>The time of every decision unless said otherwise.</summary>
    public static readonly Moment Now = Moment.At(Scenario.Now);

    public static Moment At(string instant) => Moment.TryParse(instant, out var moment) ? moment : throw new ArgumentException(instant, nameof(instant));

    public static Moment On(string day) => At(day);

    /// <summary>An open case in which <paramref name="events"/> followed; the first of them is <see cref="Fact"/> 1.</summary>
    public static Given<Disclosure> Case(params IDomainEvent[] events) => Knowing(Scenario.Given(DisclosureStream.Aggregate, [Opened, .. events]));

    public static Given<Disclosure> NoCase => Knowing(Scenario.Given(DisclosureStream.Aggregate));

    /// <summary>The policy that cases are opened under, as the service has it.</summary>
    public static readonly PolicyVersion Standard = Shipped("ketman-standard", version: 1);

    public static PolicyVersion Shipped(string name, int version)
    {
        var policy = ShippedPolicies.All.Single(one => one.Document.Name == name);
        return new PolicyVersion(name, version, policy.Document.Title, policy.Digest, policy.Text, null, Scenario.Now, ShippedPolicies.By);
    }

    /// <summary>What a case that was opened then is pinned to.</summary>
    public static PolicyPinned Pinned(Moment at, string? calendar = null) => new(at, Standard.Name, 1, Standard.Text, calendar, null);

    /// <summary>The id of the event number <paramref name="number"/> after the opening, from 1.</summary>
    public static Guid Fact(int number) => Scenario.EventId(number + 1);

    private static Given<Disclosure> Knowing(Given<Disclosure> given) => given
        .Knowing("policy", "ketman-standard", Standard).Knowing("policy", "zdi-120", Shipped("zdi-120", 1)).Knowing("policy", "zdi-120@3", Shipped("zdi-120", 3));

    /// <summary>The same as a command would name it.</summary>
    public static string Ref(int number) => Fact(number).ToString("D");

    /// <summary>The id of the event number <paramref name="ordinal"/> of the command under test.</summary>
    public static Guid New(int ordinal) => DeterministicId.OfEvent(Scenario.CommandId, ordinal);
}
