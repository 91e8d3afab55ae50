namespace Ketman.Contracts.Disclosures;

/// <summary>One try to reach one contact by one channel. Its id is the event's id.</summary>
/// <param name="DisclosureId">The case.</param>
/// <param name="Channel">The way.</param>
/// <param name="Recipient">Whom, in words that are no personal data where possible ("security contact").</param>
/// <param name="ContactId">Whom, when it is a contact of the company's.</param>
/// <param name="By">Who of the team.</param>
/// <param name="Summary">What was said.</param>
[Contract("outreach-attempted", 1)]
public sealed record OutreachAttempted(
    Guid DisclosureId, Channel Channel, [property: PersonalData("contact"), Marked(Tlp.AmberStrict)] string? Recipient, [property: Marked(Tlp.AmberStrict)] Guid? ContactId, string By,
    [property: PersonalData] string? Summary);

/// <summary>The attempt is known to have arrived.</summary>
[Contract("outreach-delivered", 1)]
public sealed record OutreachDelivered(Guid DisclosureId, Guid OutreachId);

/// <summary>The attempt is known not to have arrived.</summary>
[Contract("outreach-bounced", 1)]
public sealed record OutreachBounced(Guid DisclosureId, Guid OutreachId, [property: PersonalData] string? Reason);

/// <summary>The attempt was answered; an automatic reply is no acknowledgement.</summary>
[Contract("outreach-answered", 1)]
public sealed record OutreachAnswered(
    Guid DisclosureId, Guid OutreachId, bool Automatic, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From, [property: PersonalData] string? Summary);

/// <summary>A human of the company showed that the report was received.</summary>
[Contract("disclosure-acknowledged", 1)]
public sealed record DisclosureAcknowledged(Guid DisclosureId, Guid? OutreachId, Channel? Channel, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From);

/// <summary>How the company takes it.</summary>
[Contract("reaction-classified", 1)]
public sealed record ReactionClassified(Guid DisclosureId, Reaction Reaction, [property: PersonalData] string? Note);

/// <summary>The company promised something by a date. Its id is the event's id.</summary>
/// <param name="DisclosureId">The case.</param>
/// <param name="What">What was promised.</param>
/// <param name="Due">By when; a day is due at its end.</param>
/// <param name="From">Who promised.</param>
[Contract("commitment-made", 1)]
public sealed record CommitmentMade(Guid DisclosureId, [property: PersonalData] string What, Moment Due, [property: PersonalData, Marked(Tlp.AmberStrict)] string? From);

/// <summary>The company kept a promise.</summary>
[Contract("commitment-kept", 1)]
public sealed record CommitmentKept(Guid DisclosureId, Guid CommitmentId);

/// <summary>The team asked how things stand.</summary>
[Contract("update-requested", 1)]
public sealed record UpdateRequested(Guid DisclosureId, Channel? Channel, [property: PersonalData] string? About);

/// <summary>The company said how things stand.</summary>
[Contract("update-received", 1)]
public sealed record UpdateReceived(Guid DisclosureId, [property: PersonalData] string Summary);
