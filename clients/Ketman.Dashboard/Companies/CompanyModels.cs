using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ketman.Dashboard.Companies;

/// <summary>A page of companies, as <c>GET /companies</c> answers.</summary>
public sealed record CompanyList(IReadOnlyList<CompanyLine> Items, string? Next);

public sealed record CompanyLine(string Ref, string Name, string? Domain, int? TvlRank, string? Zone, string Privacy);

/// <summary>A company, as <c>GET /companies/{ref}</c> answers.</summary>
public sealed record CompanyView(
    Guid Id, string Ref, string Handle, string Name, string? Domain, IReadOnlyList<string> Repositories, int? TvlRank, string? Zone, JsonElement? Calendar, string Privacy,
    IReadOnlyList<Contact> Contacts);

public sealed record Contact(Guid Id, string? Name, string? Role, string Channel, string Address, bool Verified);

/// <summary>How a company has dealt with what it was told, as <c>GET /companies/{ref}/record</c> answers. Every number stands under a definition.</summary>
public sealed record CompanyRecord(
    Definition Definition, string BusinessHours, IReadOnlyList<RecordedCase> Cases, Promises Promises, Money Money, IReadOnlyList<ReactionTime> ReactionTimes, Sla? Sla,
    Channels? Channels, WithheldNote? Withheld);

public sealed record Definition(string Name, int Version, string Unit, string Words, string? Apart);

public sealed record WithheldNote(string? Note);

public sealed record RecordedCase(
    string Disclosure, string? Title, string OpenedAt, string Status, IReadOnlyList<RecordedReaction> Reactions, int Attempts, double? DaysToAcknowledge, bool Running,
    int Workers, int Breaches);

public sealed record RecordedReaction(string Reaction, string At);

public sealed record Promises(Definition Definition, int Kept, int KeptLate, int Missed, int Open, int Settled, Share? Share);

/// <summary>A share with its 95 % interval.</summary>
public sealed record Share(int Of, double Value, double Low, double High);

public sealed record Money(Definition Definition, int Payments, decimal Usd, decimal Low, decimal High, int Unpriced);

public sealed record ReactionTime(
    Definition Definition, string Variant, string Counts, int Cases, int Ended, int Censored, int NothingDelivered, Estimate Elapsed, Estimate Business);

/// <summary>A Kaplan-Meier estimate: with no median yet, the longest time that was seen.</summary>
public sealed record Estimate(string Unit, double? Median, double? AtLeast, IReadOnlyList<Quantile> Quantiles);

public sealed record Quantile(double P, double? Value, double? AtLeast);

public sealed record Sla(Definition Definition, Share? Compliance, IReadOnlyList<SlaClock> Clocks);

public sealed record SlaClock(string Clock, string OwedBy, bool MetKnown, int Met, int MetInGrace, int Breached, int Annulled, int Waiting, int Ended);

public sealed record Channels(Definition Definition, [property: JsonPropertyName("channels")] IReadOnlyList<ChannelAnswers> Items);

public sealed record ChannelAnswers(string Channel, int Attempts, int Delivered, int Bounced, int Answered, int MachineOnly);
