using System.Collections.Concurrent;
using System.Text.Json;
using Ketman.Calendars;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.References;

/// <summary>A company, account or lead as Intake knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ref">What people call it: its handle, or <c>platform:handle</c>.</param>
/// <param name="Zone">Of a company: its time zone.</param>
/// <param name="Calendar">Of a company: its own calendar.</param>
internal sealed record Known(Guid Id, string Ref, string? Zone = null, CalendarDocument? Calendar = null);

/// <summary>
/// Asks Intake what references mean, and remembers the answers for a while: ids never change, names seldom do. What is
/// unknown is not remembered, because the next line of an import may be about what the one before created.
/// </summary>
internal sealed class IntakeDirectory(IHttpClientFactory clients, TimeProvider time)
{
    private const int MostRemembered = 20_000;
    private const int MostAsked = 500;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Reference, (Known Known, long At)> _memory = new();

    /// <summary>What of <paramref name="references"/> Intake knows; the rest is absent.</summary>
    /// <param name="references">The references.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="afresh">Of which kind to ask even what is remembered, because more than a name is wanted.</param>
    /// <exception cref="ProblemException">503: Intake does not answer.</exception>
    public async ValueTask<IReadOnlyDictionary<Reference, Known>> FindAsync(
        IEnumerable<Reference> references, CancellationToken cancellation, string? afresh = null)
    {
        var found = new Dictionary<Reference, Known>();
        var missing = new List<Reference>();
        foreach (var reference in references.Distinct())
        {
            if (reference.Kind != afresh && _memory.TryGetValue(reference, out var remembered) && time.GetElapsedTime(remembered.At) < Remembered)
            {
                found[reference] = remembered.Known;
            }
            else
            {
                missing.Add(reference);
            }
        }

        foreach (var asked in missing.Chunk(MostAsked))
        {
            foreach (var (reference, known) in await AskAsync(asked, cancellation))
            {
                found[reference] = known;
                Remember(reference, known);
            }
        }

        return found;
    }

    private void Remember(Reference reference, Known known)
    {
        // Starting anew is the simplest bound that holds; a full memory is a second of questions, not an error.
        if (_memory.Count >= MostRemembered)
        {
            _memory.Clear();
        }

        _memory[reference] = (known, time.GetTimestamp());
    }

    private async Task<IEnumerable<(Reference Reference, Known Known)>> AskAsync(Reference[] asked, CancellationToken cancellation)
    {
        var byKind = asked.ToLookup(reference => reference.Kind);
        var question = new Question(Texts("company"), Texts("account"), Texts("lead"));
        var answer = await SendAsync(question, cancellation);
        return Pairs("company", answer.Companies).Concat(Pairs("account", answer.Accounts)).Concat(Pairs("lead", answer.Leads));

        IReadOnlyList<string> Texts(string kind) => [.. byKind[kind].Select(reference => reference.Text)];

        IEnumerable<(Reference, Known)> Pairs(string kind, IReadOnlyDictionary<string, Known?> answers) => byKind[kind]
            .Select(reference => (reference, answers.GetValueOrDefault(reference.Text)!)).Where(pair => pair.Item2 is not null);
    }

    private async Task<Answer> SendAsync(Question question, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var client = clients.CreateClient(PeerClients.NameOf("intake"));
            using var response = await client.PostAsJsonAsync(
                new Uri("internal/resolve", UriKind.Relative), question, ContractJson.Options, patience.Token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<Answer>(ContractJson.Options, patience.Token)
                ?? throw new JsonException("Intake answered null");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ProblemException(Problems.Unavailable("Intake"), e);
        }
    }

    private sealed record Question(IReadOnlyList<string> Companies, IReadOnlyList<string> Accounts, IReadOnlyList<string> Leads);

    // By the reference as it was asked for; null: nothing.
    private sealed record Answer(
        IReadOnlyDictionary<string, Known?> Companies, IReadOnlyDictionary<string, Known?> Accounts, IReadOnlyDictionary<string, Known?> Leads);
}
