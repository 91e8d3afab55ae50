using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Ketman.Proof;
using Npgsql;

namespace Ketman.Metrics.Statements.Kept;

/// <summary>The life of a month's statement: counted anew for whoever asks, looked over, frozen, restated.</summary>
internal sealed class StatementDesk(NpgsqlDataSource database, StatementLedger ledger, NoteBook notes, StatementShelf shelf, TeamCalendar calendar)
{
    // What is frozen is for readers of a clearance, not for somebody: nobody has this name, so what is restricted to people is left out.
    private const string Anybody = "";

    private static readonly Tlp[] Levels = [Tlp.Clear, Tlp.Green, Tlp.Amber, Tlp.AmberStrict, Tlp.Red];

    /// <summary>A month as it is known now, or was known, or stood, at a moment of the past.</summary>
    public async Task<StatementDraft> DraftAsync(StatementMonth month, AsOf? past, CancellationToken cancellation)
    {
        if (past is null)
        {
            return await shelf.DraftAsync(month, cancellation);
        }

        var facts = await database.OfMonthInThePastAsync(month.From, month.Until, cancellation);
        var disguise = await CompanyDisguise.ReadAsync(database, month, cancellation);
        return new StatementDraft(past.View(facts, calendar), month, disguise.Of);
    }

    // What is signed is counted from what stands in the tables, whatever stands ready.
    private async Task<StatementDraft> CountAsync(StatementMonth month, CancellationToken cancellation)
    {
        var content = await database.OfMonthAsync(month.From, month.Until, cancellation);
        var disguise = await CompanyDisguise.ReadAsync(database, month, cancellation);
        return new StatementDraft(content, month, disguise.Of, await notes.ReadAsync(month.ToString(), cancellation));
    }

    /// <summary>What moved since a version was frozen, for readers of a clearance.</summary>
    public async Task<IReadOnlyList<MovedFigure>> MovedAsync(StatementDraft draft, KeptStep frozen, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        var month = draft.Month.ToString();
        var before = await FrozenAsync(month, frozen, cancellation);
        var known = await ledger.FactsAsync(month, frozen, cancellation);
        return Moved(draft, before, known, draft.For(reader, now), draft.For(new Reader(Anybody, Tlp.Red), now));
    }

    /// <summary>Notes that somebody looked the month over as it stands.</summary>
    /// <returns>The step, and whether it is new; or the rule that forbids it.</returns>
    public async Task<(KeptStep? Step, bool Changed, BrokenRule? Broken)> ReviewAsync(StatementMonth month, string by, string? key, DateTimeOffset now, CancellationToken cancellation)
    {
        while (true)
        {
            var steps = await ledger.ReadAsync(month.ToString(), cancellation);
            if (steps.FirstOrDefault(step => key is not null && step.RequestKey == key) is { } repeated)
            {
                return Repeated(repeated, StatementStep.Reviewed, by);
            }

            if (!month.Complete)
            {
                return (null, false, new BrokenRule("month-not-over", $"A month is looked over when nothing more happens in it: from {month.Until:yyyy-MM-ddTHH:mm:ssZ} on."));
            }

            var draft = await CountAsync(month, cancellation);
            var frozen = steps.LastOrDefault(step => step.Step.Kind == StatementStep.Frozen);
            if (draft.Notes.Any(note => note.Text.Length > 0 && note.By == by))
            {
                return (null, false, new BrokenRule("own-words", "You wrote a note of this statement; somebody else must look it over."));
            }

            if (frozen is not null && !await HasMovedAsync(draft, frozen, now, cancellation))
            {
                return (null, false, new BrokenRule("nothing-moved", $"Nothing moved since version {frozen.Step.Version} was frozen."));
            }

            var basis = BasisOf(draft, now);
            var version = (frozen?.Step.Version ?? 0) + 1;
            if (steps.FirstOrDefault(step => step.Step.Kind == StatementStep.Reviewed && step.Step.Version == version && step.By == by && step.Basis.AsSpan().SequenceEqual(basis)) is { } before)
            {
                return (before, false, null);
            }

            var step = new NewStep(month.ToString(), calendar.ZoneName, StatementStep.Reviewed, version, by, now, basis, [], null, key);
            if (await ledger.AddAsync(step, steps.Count, cancellation) is { } added)
            {
                return (added, true, null);
            }
        }
    }

    /// <summary>Keeps the month as it stands, for ever.</summary>
    /// <param name="month">The month.</param>
    /// <param name="again">Whether it is a restatement.</param>
    /// <param name="by">Who does it: somebody else than who looked it over.</param>
    /// <param name="key">The request's idempotency key.</param>
    /// <param name="now">When.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>The step, and whether it is new; or the rule that forbids it.</returns>
    public async Task<(KeptStep? Step, bool Changed, BrokenRule? Broken)> FreezeAsync(
        StatementMonth month, bool again, string by, string? key, DateTimeOffset now, CancellationToken cancellation)
    {
        while (true)
        {
            var steps = await ledger.ReadAsync(month.ToString(), cancellation);
            if (steps.FirstOrDefault(step => key is not null && step.RequestKey == key) is { } repeated)
            {
                return Repeated(repeated, StatementStep.Frozen, by);
            }

            var frozen = steps.LastOrDefault(step => step.Step.Kind == StatementStep.Frozen);
            if (frozen is not null && !again)
            {
                return (null, false, new BrokenRule("already-frozen", $"Version {frozen.Step.Version} is frozen; what later facts move is told by a restatement."));
            }

            if (frozen is null && again)
            {
                return (null, false, new BrokenRule("not-frozen", "Nothing is frozen that could be restated."));
            }

            var draft = await CountAsync(month, cancellation);
            var basis = BasisOf(draft, now);
            var version = (frozen?.Step.Version ?? 0) + 1;
            if (Forbidden(steps.Where(step => step.Step.Kind == StatementStep.Reviewed && step.Step.Version == version).ToList(), basis, by) is { } broken)
            {
                return (null, false, broken);
            }

            if (await IsNamingAsync(draft, cancellation))
            {
                return (null, false, NoteNamesSomebody);
            }

            var contents = await ContentsAsync(draft, version, frozen, now, cancellation);
            var step = new NewStep(
                month.ToString(), calendar.ZoneName, StatementStep.Frozen, version, by, now, basis, contents, [.. draft.Facts.Select(fact => fact.Id).Order()], key);
            if (await ledger.AddAsync(step, steps.Count, cancellation) is { } added)
            {
                return (added, true, null);
            }
        }
    }

    /// <summary>A note names somebody, who might be erased one day.</summary>
    public static BrokenRule NoteNamesSomebody { get; } = new(
        "note-names-somebody", "A note names an account or an actor that the platform knows. What is frozen stays for ever, and people can be erased: write it without the name.");

    /// <summary>The name under which the content for a clearance is kept.</summary>
    public static string NameOf(Tlp level, StatementForm form) => $"{level.Wire()}.{form.Name}";

    private static (KeptStep? Step, bool Changed, BrokenRule? Broken) Repeated(KeptStep step, string kind, string by) => step.Step.Kind == kind && step.By == by
        ? (step, false, null)
        : (null, false, new BrokenRule("idempotency-key-reused", "This key was used for another request."));

    private static BrokenRule? Forbidden(List<KeptStep> reviews, byte[] basis, string by) =>
        reviews.Exists(review => review.By != by && review.Basis.AsSpan().SequenceEqual(basis)) ? null
        : reviews.Exists(review => review.Basis.AsSpan().SequenceEqual(basis)) ? new BrokenRule("two-people", "Who looked it over does not freeze it: that takes two people.")
        : reviews.Count > 0 ? new BrokenRule("changed-since-review", "It is not what was looked over: figures, notes or markings have changed since. Somebody must look it over again.")
        : new BrokenRule("not-reviewed", "Nobody has looked it over.");

    private async Task<bool> IsNamingAsync(StatementDraft draft, CancellationToken cancellation)
    {
        foreach (var note in draft.Notes)
        {
            if (await notes.NamesSomebodyAsync(note.Text, cancellation))
            {
                return true;
            }
        }

        return false;
    }

    private async Task<bool> HasMovedAsync(StatementDraft draft, KeptStep frozen, DateTimeOffset now, CancellationToken cancellation)
    {
        var before = await FrozenAsync(draft.Month.ToString(), frozen, cancellation);
        return Array.Exists(Levels, level => StatementComparison.Moved(StatementJson.Cut(draft.For(new Reader(Anybody, level), now)), before[level]).Count > 0);
    }

    private async Task<IReadOnlyList<KeptContent>> ContentsAsync(StatementDraft draft, int version, KeptStep? frozen, DateTimeOffset now, CancellationToken cancellation)
    {
        var month = draft.Month.ToString();
        var before = frozen is null ? null : await FrozenAsync(month, frozen, cancellation);
        var known = frozen is null ? null : await ledger.FactsAsync(month, frozen, cancellation);
        var all = draft.For(new Reader(Anybody, Tlp.Red), now);
        List<KeptContent> contents = [];
        foreach (var level in Levels)
        {
            var view = draft.For(new Reader(Anybody, level), now);
            var edition = new StatementEdition(version, Moment.At(now).Start, before is null ? [] : Moved(draft, before, known!, view, all));
            foreach (var form in StatementForm.All)
            {
                var cut = StatementJson.Cut(view);
                var content = form.Write(view, cut, edition);
                contents.Add(new KeptContent(NameOf(level, form), [], content, form == StatementForm.Json ? CasesIn(cut, view.Reader) : []));
            }
        }

        return contents;
    }

    private async Task<Dictionary<Tlp, JsonObject>> FrozenAsync(string month, KeptStep frozen, CancellationToken cancellation)
    {
        var contents = await ledger.ContentsAsync(month, frozen, [.. Levels.Select(level => NameOf(level, StatementForm.Json))], cancellation);
        return Levels.Zip(contents).ToDictionary(pair => pair.First, pair => JsonNode.Parse(pair.Second.Content)!.AsObject());
    }

    private static IReadOnlyList<MovedFigure> Moved(
        StatementDraft draft, Dictionary<Tlp, JsonObject> before, IReadOnlySet<Guid> known, StatementView view, StatementView all) =>
        new StatementCauses(draft, StatementJson.Cut(all), before[Tlp.Red], known).Tell(StatementJson.Cut(view), before[view.Level], view.Reader);

    private static byte[] BasisOf(StatementDraft draft, DateTimeOffset now)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var level in Levels)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{level}\n"));
            hash.AppendData(StatementJson.Write(draft.For(new Reader(Anybody, level), now)));
        }

        return hash.GetHashAndReset();
    }

    // By ids of cases and of their events, both of which follow from handles.
    private static List<Guid> CasesIn(JsonNode? node, StatementReader reader)
    {
        HashSet<Guid> cases = [];
        Visit(node);
        return [.. cases.Order()];

        void Visit(JsonNode? at)
        {
            switch (at)
            {
                case JsonObject of:
                    of.ToList().ForEach(member => Visit(member.Value));
                    break;
                case JsonArray rows:
                    rows.ToList().ForEach(Visit);
                    break;
                case JsonValue value when value.TryGetValue<string>(out var text) && Guid.TryParseExact(text, "D", out var id):
                    if (reader.CaseOf(id) is { } owner)
                    {
                        cases.Add(owner);
                    }
                    else if (reader.IsCase(id))
                    {
                        cases.Add(id);
                    }

                    break;
            }
        }
    }
}
