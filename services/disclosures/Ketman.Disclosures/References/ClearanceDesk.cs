using System.Text.Json;
using Ketman.Contracts;
using Ketman.Disclosures.Publication;
using Ketman.Disclosures.Reading;
using Ketman.EventStore;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;

namespace Ketman.Disclosures.References;

/// <summary>Asks Intake, at the moment of a decision on publication, what the company wished and what must not leave. Nothing is remembered.</summary>
internal sealed class ClearanceDesk(IHttpClientFactory clients, IEventStore store)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The clearance of a case; null: there is no such case.</summary>
    /// <exception cref="ProblemException">503: Intake does not answer.</exception>
    public async Task<Clearance?> AskAsync(Guid disclosure, CancellationToken cancellation)
    {
        var history = await store.ReadToDecideAsync(DisclosureStream.Aggregate.StreamOf(disclosure), cancellation);
        var state = history.Events.Aggregate(
            DisclosureStream.Aggregate.Initial, (folded, recorded) => Disclosure.Evolve(folded, recorded.Id, recorded.Data));
        return state.Opening is null ? null : await AskAsync(state, cancellation);
    }

    /// <summary>The clearance of a case that is read already.</summary>
    /// <exception cref="ProblemException">503: Intake does not answer.</exception>
    public async Task<Clearance> AskAsync(Disclosure state, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            using var client = clients.CreateClient(PeerClients.NameOf("intake"));
            using var response = await client.PostAsJsonAsync(
                new Uri("internal/clearance", UriKind.Relative),
                new Question(state.Opening!.CompanyId, [.. DisclosureView.AccountsOf(state)]), ContractJson.Options, patience.Token);
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadFromJsonAsync<Clearance>(ContractJson.Options, patience.Token)
                ?? throw new JsonException("Intake answered null");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ProblemException(Problems.Unavailable("Intake"), e);
        }
    }

    private sealed record Question(Guid Company, IReadOnlyList<Guid> Accounts);
}
