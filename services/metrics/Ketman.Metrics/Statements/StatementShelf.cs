using System.Collections.Concurrent;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Confidential;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Statements.Kept;
using Npgsql;

namespace Ketman.Metrics.Statements;

/// <summary>
/// Statements that were counted stand ready for as long as nothing is learnt that they rest on. Whoever asks has the changes since looked
/// through first, so what he gets is what counting anew would give.
/// </summary>
internal sealed class StatementShelf(NpgsqlDataSource database, NoteBook notes) : IDisposable
{
    // Some eighty megabytes, and next to nothing where there are a few hundred cases. What is being counted comes on top.
    private const int MostFacts = 200_000;
    private const long MostContent = 64L * 1024 * 1024;
    private const int MostMonths = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private long _uses;

    /// <summary>The draft of a month.</summary>
    public async Task<StatementDraft> DraftAsync(StatementMonth month, CancellationToken cancellation)
    {
        var place = PlaceOf(month);
        using var turn = await place.EnterAsync(cancellation);
        await CheckAsync(place, cancellation);
        return await DraftAsync(place, month, await notes.ReadAsync(month.ToString(), cancellation), cancellation);
    }

    /// <summary>The draft of a month as it is answered.</summary>
    /// <param name="month">The month.</param>
    /// <param name="form">In which form.</param>
    /// <param name="reader">For whom.</param>
    /// <param name="now">When: embargoes end.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<TaggedContent> AnswerAsync(StatementMonth month, StatementForm form, Reader reader, DateTimeOffset now, CancellationToken cancellation)
    {
        var place = PlaceOf(month);
        using var turn = await place.EnterAsync(cancellation);
        await CheckAsync(place, cancellation);
        var written = await notes.ReadAsync(month.ToString(), cancellation);
        if (place.Find(form, reader, written, now) is { } ready)
        {
            return ready;
        }

        var draft = await DraftAsync(place, month, written, cancellation);
        var view = draft.For(reader, now);
        var content = TaggedContent.Of(form.Write(view, StatementJson.Cut(view), StatementEdition.Draft));
        // While a month lasts its times run on with every moment.
        if (month.Complete)
        {
            place.Keep(form, reader, written, content, draft.NextEnd(now));
            MakeRoom(place);
        }

        return content;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var place in _places.Values)
            {
                place.Dispose();
            }
        }
    }

    private async Task CheckAsync(Place place, CancellationToken cancellation)
    {
        if (place.Reading is { } reading && !await reading.HoldsAsync(database, cancellation))
        {
            place.Clear();
        }
    }

    private async Task<StatementDraft> DraftAsync(Place place, StatementMonth month, IReadOnlyList<StatementNote> written, CancellationToken cancellation)
    {
        if (place.Draft is { Month.Complete: true } ready)
        {
            return ready.With(written);
        }

        if (place.Reading?.Content is not { } content)
        {
            // What was answered from an earlier reading stands: nothing that it rests on has changed.
            place.Reading = await MonthReading.ReadAsync(database, month, cancellation);
            content = place.Reading.Content!;
        }

        var disguise = await CompanyDisguise.ReadAsync(database, month, cancellation);
        var draft = new StatementDraft(content, month, disguise.Of, written);
        place.Counted(draft);
        MakeRoom(place);
        return draft;
    }

    private Place PlaceOf(StatementMonth month)
    {
        lock (_lock)
        {
            var name = month.ToString();
            if (!_places.TryGetValue(name, out var place))
            {
                _places[name] = place = new Place();
            }

            place.Used = ++_uses;
            return place;
        }
    }

    // What was not asked for the longest goes first; facts before answers, which are what most ask for.
    private void MakeRoom(Place current)
    {
        lock (_lock)
        {
            var (facts, content) = (_places.Values.Sum(place => place.Facts), _places.Values.Sum(place => place.Content));
            foreach (var (name, place) in _places.OrderBy(one => one.Value.Used).Where(one => one.Value != current).ToList())
            {
                if (facts > MostFacts)
                {
                    facts -= place.Facts;
                    place.Release();
                }

                if (content > MostContent || _places.Count > MostMonths)
                {
                    content -= place.Content;
                    _places.Remove(name);
                }
            }
        }
    }

    /// <summary>Where one month stands. Whoever uses it has it for himself.</summary>
    private sealed class Place : IDisposable
    {
        private readonly SemaphoreSlim _gate = new(1);
        private readonly ConcurrentDictionary<Asked, (TaggedContent Content, DateTimeOffset? Until)> _answers = new();
        private HashSet<string> _named = [];

        public long Used { get; set; }

        public MonthReading? Reading { get; set; }

        public StatementDraft? Draft { get; private set; }

        public int Facts => Reading?.Content?.Facts.Count ?? 0;

        public long Content => _answers.Values.Sum(answer => (long)answer.Content.Content.Length);

        public async Task<IDisposable> EnterAsync(CancellationToken cancellation)
        {
            await _gate.WaitAsync(cancellation);
            return new Turn(_gate);
        }

        public void Dispose() => _gate.Dispose();

        public void Counted(StatementDraft draft)
        {
            Draft = draft;
            _named = [.. draft.Named];
        }

        public TaggedContent? Find(StatementForm form, Reader reader, IReadOnlyList<StatementNote> notes, DateTimeOffset now) =>
            _answers.TryGetValue(AskedBy(form, reader, notes), out var known) && !(known.Until <= now) ? known.Content : null;

        public void Keep(StatementForm form, Reader reader, IReadOnlyList<StatementNote> notes, TaggedContent content, DateTimeOffset? until) =>
            _answers[AskedBy(form, reader, notes)] = (content, until);

        public void Release()
        {
            Reading?.Release();
            Draft = null;
        }

        public void Clear()
        {
            (Reading, Draft) = (null, null);
            _answers.Clear();
        }

        // Of readers with one clearance those are told apart who are among the people that a case is restricted to.
        private Asked AskedBy(StatementForm form, Reader reader, IReadOnlyList<StatementNote> notes) => new(
            form.Name, reader.Clearance, _named.Contains(reader.Name) ? reader.Name : "", string.Join(' ', notes.Select(note => $"{note.Section}:{note.Version}")));

        private readonly record struct Asked(string Form, Tlp Level, string Name, string Notes);

        private sealed class Turn(SemaphoreSlim gate) : IDisposable
        {
            public void Dispose() => gate.Release();
        }
    }
}
