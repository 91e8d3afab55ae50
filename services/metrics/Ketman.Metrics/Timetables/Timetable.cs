using Ketman.Contracts;
using Ketman.Hosting.Auth;

namespace Ketman.Metrics.Timetables;

/// <summary>One thing that is due in a case, as Disclosures tells it.</summary>
/// <param name="Kind"><c>clock</c>, <c>step</c> or <c>publication</c>.</param>
/// <param name="Name">Its name, unique among its kind in the case.</param>
/// <param name="Title">In words.</param>
/// <param name="SubjectId">Of a clock kept per promise or question: which.</param>
/// <param name="OwedBy"><c>us</c> or <c>company</c>.</param>
/// <param name="DueAt">When its time runs out, or ran out; null: never.</param>
/// <param name="Since">Since when it is owed.</param>
/// <param name="Paused">Whether it stands still.</param>
/// <param name="PausedUntil">Until when, when that is known.</param>
/// <param name="Breached">Whether its time had run out when this was asked; how it is now follows from <paramref name="DueAt"/>.</param>
internal sealed record TimetableDue(
    string Kind, string Name, string Title, Guid? SubjectId, string OwedBy, DateTimeOffset? DueAt, Moment Since, bool Paused, DateTimeOffset? PausedUntil, bool Breached);

/// <summary>What is due in a case.</summary>
/// <param name="Id">The case.</param>
/// <param name="Version">The version of its stream that this follows from.</param>
/// <param name="Dues">What runs out first, first.</param>
/// <param name="NextWarning">When people are next warned.</param>
internal sealed record Timetable(Guid Id, long Version, IReadOnlyList<TimetableDue> Dues, DateTimeOffset? NextWarning);

/// <summary>Asks Disclosures what is due: it alone has the pinned policies and works it out from them.</summary>
internal sealed class TimetableOwner(IHttpClientFactory clients)
{
    /// <summary>At most so many cases are asked about at once.</summary>
    public const int MostAtOnce = 500;

    /// <summary>The timetables of those of <paramref name="cases"/> that there are.</summary>
    /// <exception cref="HttpRequestException">It does not answer, or refuses.</exception>
    public async Task<IReadOnlyList<Timetable>> AskAsync(IReadOnlyCollection<Guid> cases, CancellationToken cancellation)
    {
        using var client = clients.CreateClient(PeerClients.NameOf("disclosures"));
        using var response = await client.PostAsJsonAsync(
            new Uri("internal/timetables", UriKind.Relative), new Question(cases), ContractJson.Options, cancellation);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<Answer>(ContractJson.Options, cancellation) ?? throw new HttpRequestException("An empty answer")).Items;
    }

    private sealed record Question(IReadOnlyCollection<Guid> Ids);

    private sealed record Answer(DateTimeOffset At, IReadOnlyList<Timetable> Items);
}
