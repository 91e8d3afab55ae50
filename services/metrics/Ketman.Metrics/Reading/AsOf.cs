using System.Globalization;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Reading;

/// <summary>By which of its two times a fact belongs to the past that is asked about.</summary>
public enum AsOfBy
{
    /// <summary>What was recorded until then: how things looked to the team on that day.</summary>
    Known,

    /// <summary>What happened until then, as it is known now: how things really stood.</summary>
    Happened,
}

/// <summary>
/// A moment of the past from which things are looked at. Who may know what, and what was erased, is never a matter of the past: it
/// holds for every moment as soon as it is recorded, or the past would tell what is kept from the reader now.
/// </summary>
/// <param name="At">The moment; what was at exactly that moment is included.</param>
/// <param name="By">By which time facts are included.</param>
public sealed record AsOf(DateTimeOffset At, AsOfBy By)
{
    private static readonly DateOnly Earliest = new(2000, 1, 1);

    private static readonly HashSet<Type> WhoMayKnow =
    [
        typeof(PrivacyRequested), typeof(EmbargoSet), typeof(EmbargoLifted), typeof(DisclosureMarked), typeof(FactMarked), typeof(DisclosureRestricted),
        typeof(DisclosureUnrestricted), typeof(DisclosureErased), typeof(CompanyPrivacyWished), typeof(AccountErased),
    ];

    // That something was a mistake is true of the time before it was noticed, too.
    private static readonly HashSet<Type> WhateverTheDay = [.. WhoMayKnow, typeof(FactRetracted)];

    /// <summary>Reads the members <c>asOf</c> (an instant, or a day: its end in the team's zone) and <c>by</c> (<c>known</c>, <c>happened</c>) of an address.</summary>
    /// <param name="asOf">As it came; null: now is asked about.</param>
    /// <param name="by">As it came; null: <c>known</c>.</param>
    /// <param name="calendar">The team's zone.</param>
    /// <param name="now">Nothing later can be asked about.</param>
    /// <param name="asked">What is asked about; null: now.</param>
    /// <returns>What is wrong with it; empty: nothing.</returns>
    public static IReadOnlyList<FieldError> Read(string? asOf, string? by, TeamCalendar calendar, DateTimeOffset now, out AsOf? asked)
    {
        asked = null;
        List<FieldError> errors = [];
        if (by is not (null or "known" or "happened"))
        {
            errors.Add(new FieldError("by", "must be known (what was recorded until then) or happened (what happened until then, as it is known now)"));
        }
        else if (by is not null && asOf is null)
        {
            errors.Add(new FieldError("by", "says how asOf is meant, so it needs asOf beside it"));
        }

        if (asOf is not null)
        {
            if (!Moment.TryParse(asOf, out var moment) || calendar.DateOf(moment) < Earliest)
            {
                errors.Add(new FieldError("asOf", "must be a day such as 2025-02-10 or an instant such as 2025-02-10T14:00:00Z, from 2000-01-01 on"));
            }
            else if ((moment.Precision is Precision.Day ? calendar.StartOf(calendar.DateOf(moment)) : moment.Start) > now)
            {
                errors.Add(new FieldError("asOf", string.Create(CultureInfo.InvariantCulture, $"must not be later than now, {now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}")));
            }
            else if (errors.Count == 0)
            {
                // A day that is not over yet is looked at up to now.
                var end = moment.Precision is Precision.Day ? calendar.EndOf(moment).AddMicroseconds(-1) : moment.Start;
                asked = new AsOf(end < now ? end : now, by is "happened" ? AsOfBy.Happened : AsOfBy.Known);
            }
        }

        return errors;
    }

    /// <summary>The facts of which that past is made.</summary>
    public IReadOnlyList<Fact> View(IEnumerable<Fact> facts, TeamCalendar calendar)
    {
        var day = calendar.DateOf(At);
        return By is AsOfBy.Known
            ? [.. facts.Where(fact => fact.RecordedAt <= At || WhoMayKnow.Contains(fact.Said.GetType()))]
            : [.. facts.Where(fact => HappenedBy(fact.At, day, calendar) || WhateverTheDay.Contains(fact.Said.GetType()))];
    }

    /// <summary>The condition under which a row <c>f</c> of the table of facts belongs to that past; adds its parameters.</summary>
    internal string Condition(NpgsqlCommand command, TeamCalendar calendar)
    {
        var at = Add(At.UtcDateTime, NpgsqlDbType.TimestampTz);
        if (By is AsOfBy.Known)
        {
            return $"(f.recorded_at <= {at} or f.type = any({Add(Urns(WhoMayKnow), NpgsqlDbType.Array | NpgsqlDbType.Text)}))";
        }

        // A day stands as its first instant in UTC, whatever the team's zone.
        var day = Add(calendar.DateOf(At).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc), NpgsqlDbType.TimestampTz);
        return $"(f.happened_at <= case when f.exact then {at} else {day} end or f.type = any({Add(Urns(WhateverTheDay), NpgsqlDbType.Array | NpgsqlDbType.Text)}))";

        string Add(object value, NpgsqlDbType type)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = type });
            return $"${command.Parameters.Count}";
        }
    }

    // A day counts from its beginning: it is not known when on that day it happened.
    private bool HappenedBy(Moment moment, DateOnly day, TeamCalendar calendar) =>
        moment.Precision is Precision.Day ? calendar.DateOf(moment) <= day : moment.Start <= At;

    private static string[] Urns(HashSet<Type> types) => [.. types.Select(ContractJson.UrnOf)];
}
