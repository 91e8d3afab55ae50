namespace Ketman.Dashboard.Accounts;

/// <summary>A page of accounts, as <c>GET /accounts</c> answers.</summary>
public sealed record AccountList(IReadOnlyList<AccountLine> Items, string? Next);

public sealed record AccountLine(
    string Ref, string Platform, string Handle, string Confidence, bool? Active, IReadOnlyList<string>? EmployedAt, int? FirstActiveYear, string? Actor, string? MergedInto);

/// <summary>An account, as <c>GET /accounts/{ref}</c> answers.</summary>
public sealed record AccountView(
    Guid Id, string Ref, string Platform, string Handle, string Confidence, bool? Active, IReadOnlyList<string>? EmployedAt, int? FirstActiveYear, string? Actor, string? Note,
    IReadOnlyList<string> Reasons, IReadOnlyList<string> Evidence, IReadOnlyList<AccountLink> Links, Named? MergedInto, IReadOnlyList<WithheldPart>? Withheld);

public sealed record AccountLink(Named Account, string Kind, string? Evidence);

public sealed record Named(Guid Id, string Ref);

/// <summary>A part that is kept from this reader.</summary>
public sealed record WithheldPart(string Member, string Marking);

/// <summary>What is asked of the list, as it stands in the page's address.</summary>
public sealed record AccountFilter(string? Q, string? Confidence, string? Platform, string? Actor)
{
    public bool Asks => !string.IsNullOrEmpty(Q) || !string.IsNullOrEmpty(Confidence) || !string.IsNullOrEmpty(Platform) || !string.IsNullOrEmpty(Actor);
}

/// <summary>An account that hangs together with another, and why.</summary>
/// <param name="Ref">Which.</param>
/// <param name="Kinds">What binds them, a link's kind each; none: only the actor that both are ascribed to.</param>
/// <param name="Evidence">What that rests on.</param>
/// <param name="SameActor">Whether both are ascribed to one actor.</param>
public sealed record Neighbour(string Ref, IReadOnlyList<string> Kinds, IReadOnlyList<string> Evidence, bool SameActor);
