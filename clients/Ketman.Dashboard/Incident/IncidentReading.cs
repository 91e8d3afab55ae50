using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Incident;

/// <summary>Reads what the pages of a case show: as much at once as can be.</summary>
internal static class IncidentReading
{
    private const int Looks = 6;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>Everything of a case.</summary>
    /// <exception cref="ApiProblemException">There is no such case, or none for this reader, which is the same.</exception>
    public static async Task<IncidentView> ReadIncidentAsync(this PlatformApi api, string reference, Visitor visitor, CancellationToken cancellation)
    {
        var path = PathOf(reference);
        var timeline = api.FindAsync<Timeline>(path + "/timeline", cancellation);
        var clocks = api.FindAsync<CaseClocks>(path + "/clocks", cancellation);
        var ladder = api.FindAsync<Ladder>(path + "/ladder", cancellation);
        var publication = api.FindAsync<Publication>(path + "/publication", cancellation);
        var verification = visitor.MayRecord
            ? api.FindAsync<Verification>("/proofs/disclosures/verification?stream=" + Uri.EscapeDataString(reference), cancellation)
            : Task.FromResult<Verification?>(null);
        var rows = api.FindAsync<Listed<CaseRow>>("/board?status=all&disclosure=" + Uri.EscapeDataString(reference), cancellation);
        var (known, etag) = await ReadCaseAsync(api, reference, cancellation);
        var company = await api.FindAsync<CompanyView>("/companies/" + Uri.EscapeDataString(known.Company), cancellation);
        return new IncidentView(known, etag, company, await rows is { Items: [var row, ..] } ? row : null, await timeline, await clocks, await ladder, await publication, await verification);
    }

    /// <summary>The case and what its forms offer to choose from, without what only the page shows.</summary>
    /// <exception cref="ApiProblemException">There is no such case, or none for this reader.</exception>
    public static async Task<IncidentView> ReadForFormAsync(this PlatformApi api, string reference, CancellationToken cancellation)
    {
        var path = PathOf(reference);
        var timeline = api.FindAsync<Timeline>(path + "/timeline", cancellation);
        var clocks = api.FindAsync<CaseClocks>(path + "/clocks", cancellation);
        var ladder = api.FindAsync<Ladder>(path + "/ladder", cancellation);
        var publication = api.FindAsync<Publication>(path + "/publication", cancellation);
        var (known, etag) = await ReadCaseAsync(api, reference, cancellation);
        var company = await api.FindAsync<CompanyView>("/companies/" + Uri.EscapeDataString(known.Company), cancellation);
        return new IncidentView(known, etag, company, null, await timeline, await clocks, await ladder, await publication, null);
    }

    /// <summary>
    /// The same with its history as far as the case is, if that comes in a moment: it follows by some tens of milliseconds, and whoever has
    /// just recorded something looks for it there.
    /// </summary>
    public static async Task<IncidentView> CaughtUpAsync(this PlatformApi api, IncidentView view, TimeProvider time, CancellationToken cancellation)
    {
        for (var look = 1; look < Looks && IsBehind(view); look++)
        {
            await Task.Delay(BetweenLooks, time, cancellation);
            view = view with { Timeline = await api.FindAsync<Timeline>(PathOf(view.Case.Handle) + "/timeline", cancellation) };
        }

        return view;
    }

    // Where entries are withheld nothing can be said of the last one.
    private static bool IsBehind(IncidentView view) =>
        view.Case.Withheld is null && view.Timeline is not { Withheld: not null } && (view.Timeline?.Entries.Max(entry => (long?)entry.Version) ?? 0) < view.Case.Version;

    public static string PathOf(string reference) => "/disclosures/" + Uri.EscapeDataString(reference);

    private static async Task<(CaseView Case, string ETag)> ReadCaseAsync(PlatformApi api, string reference, CancellationToken cancellation)
    {
        var (known, etag) = await api.ReadAsync<CaseView>(PathOf(reference), cancellation);
        return (known, etag ?? $"\"{known.Version}\"");
    }
}
