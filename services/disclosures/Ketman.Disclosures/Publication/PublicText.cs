using System.Globalization;
using System.Text;
using Ketman.Contracts;
using Ketman.Disclosures.Clocks;
using Ketman.Disclosures.Ladder;
using Ketman.Disclosures.Policies;
using NodaTime;

namespace Ketman.Disclosures.Publication;

/// <summary>
/// The text that names a company, made from the facts that may leave: its name, days and counts of attempts by channel, what was
/// asked, its reactions in general words, how many accounts are confirmed, whether it is affected, and money as an order of
/// magnitude. No handle, address, person, exact amount or other company. It follows from the facts alone, so its digest does too.
/// </summary>
internal static class PublicText
{
    /// <summary>The text, in Markdown.</summary>
    public static string Of(Disclosure state, string company)
    {
        var zone = state.Pinned is { } pinned ? Policy.Of(pinned).Calendar.Zone : DateTimeZone.Utc;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"TLP:CLEAR\n\n# {company}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Since {Day(state.Opening!.OccurredAt, zone)} we have been trying to report an insider threat to {company}. {Findings(state)}\n\n");
        Attempts(text, state, zone);
        text.Append("We asked the company to acknowledge the report, to tell us how it takes it, and to revoke the access.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Answers(state, zone)}\n");
        if (PublicationState.Of(state) is { Notice: { } notice })
        {
            text.Append(CultureInfo.InvariantCulture,
                $"\nOn {Day(notice.Said.OccurredAt, zone)} we gave notice that we would name the company from {Day(Moment.At(notice.Said.PublishFrom), zone)} on.\n");
        }

        text.Append("\nAll days are days in the zone ").Append(zone.Id).Append(". The company may answer at any time; we will say so here.\n");
        return text.ToString();
    }

    private static string Findings(Disclosure state)
    {
        var workers = state.Standing<WorkerConfirmed>().Select(known => known.Said.AccountId).Distinct().Count();
        var merged = state.Standing<CodeMerged>().Select(known => known.Said.AccountId).ToHashSet();
        var paid = state.Standing<PaymentRecorded>().Select(known => known.Said).ToList();
        var affected = paid.Any(payment => merged.Contains(payment.AccountId));
        var confirmed = workers == 1 ? "One account is confirmed as that of a DPRK IT worker."
            : string.Create(CultureInfo.InvariantCulture, $"{workers} accounts are confirmed as those of DPRK IT workers.");
        return !affected ? confirmed
            : $"{confirmed} Code was merged and paid for, so the company is affected{Money(paid.Sum(payment => payment.Usd?.Mean ?? 0))}.";
    }

    private static string Money(decimal usd) => usd switch
    {
        <= 0 => "",
        < 1_000 => "; less than a thousand US dollars were paid that we know of",
        < 10_000 => "; thousands of US dollars were paid that we know of",
        < 100_000 => "; tens of thousands of US dollars were paid that we know of",
        < 1_000_000 => "; hundreds of thousands of US dollars were paid that we know of",
        _ => "; more than a million US dollars were paid that we know of",
    };

    private static void Attempts(StringBuilder text, Disclosure state, DateTimeZone zone)
    {
        var bounced = state.Standing<OutreachBounced>().Select(known => known.Said.OutreachId).ToHashSet();
        var attempts = state.Standing<OutreachAttempted>().ToList();
        var arrived = attempts.Where(known => !bounced.Contains(known.Id)).Select(known => known.Said).ToList();
        text.Append(CultureInfo.InvariantCulture, $"We tried to reach it {Times(arrived.Count)}:\n\n");
        foreach (var channel in arrived.GroupBy(attempt => attempt.Channel).OrderBy(group => group.Min(attempt => attempt.OccurredAt)))
        {
            var days = channel.Select(attempt => attempt.OccurredAt.DayIn(zone)).Distinct().Order().Select(StepTemplate.Iso);
            text.Append(CultureInfo.InvariantCulture, $"- {Way(channel.Key)}, {Times(channel.Count())}: {string.Join(", ", days)}\n");
        }

        if (attempts.Count > arrived.Count)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{Times(attempts.Count - arrived.Count, capital: true)} more it did not arrive.\n");
        }

        text.Append('\n');
    }

    private static string Answers(Disclosure state, DateTimeZone zone)
    {
        var text = new StringBuilder(state.AcknowledgedAt is { } at
            ? $"The report was acknowledged on {Day(at, zone)}."
            : Milestones.Of(state, Milestone.CompanyWord).Count == 0 ? "No human of the company has answered." : "The report was not acknowledged.");
        var reactions = state.Standing<ReactionClassified>().Select(known => known.Said).Where(said => said.Reaction is not Reaction.Silent).OrderBy(said => said.OccurredAt);
        foreach (var said in reactions)
        {
            text.Append(CultureInfo.InvariantCulture, $" On {Day(said.OccurredAt, zone)} {In(said.Reaction)}.");
        }

        var promised = state.Standing<CommitmentMade>().Count();
        if (promised > 0)
        {
            var kept = state.Standing<CommitmentKept>().Count();
            text.Append(CultureInfo.InvariantCulture, $" It promised something by a date {Times(promised)}, and {(kept == 0 ? "did not keep that" : $"kept that {Times(kept)}")}.");
        }

        return text.ToString();
    }

    private static string In(Reaction reaction) => reaction switch
    {
        Reaction.WarRoom => "it dealt with the matter at once",
        Reaction.EscalatedInternally => "it took the matter up internally",
        Reaction.Engaged => "it talked to us",
        Reaction.Informational => "it graded the report as informational",
        Reaction.Deferred => "it put the matter off",
        Reaction.Dismissed => "it waved the matter away",
        _ => "it did not answer",
    };

    private static string Way(Channel channel) => channel switch
    {
        Channel.Email => "by e-mail",
        Channel.Telegram => "by Telegram",
        Channel.Discord => "by Discord",
        Channel.Slack => "in a shared workspace",
        Channel.Signal => "by Signal",
        Channel.X => "by X",
        Channel.Linkedin => "by LinkedIn",
        Channel.Github => "on GitHub",
        Channel.BugBounty => "through its bug bounty platform",
        Channel.Phone => "by telephone",
        Channel.WebForm => "by its contact form",
        Channel.Intermediary => "through somebody else",
        Channel.InPerson => "in person",
        _ => "in another way",
    };

    private static string Times(int count, bool capital = false) => count switch
    {
        0 => capital ? "Never" : "never",
        1 => capital ? "Once" : "once",
        _ => string.Create(CultureInfo.InvariantCulture, $"{count} times"),
    };

    private static string Day(Moment at, DateTimeZone zone) => StepTemplate.Iso(at.DayIn(zone));
}
