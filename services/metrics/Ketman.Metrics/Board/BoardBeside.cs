using Ketman.EventStore.Deciding;
using Ketman.Hosting.Web;
using Ketman.Metrics.Views;
using Ketman.Metrics.Watch;
using Npgsql;

namespace Ketman.Metrics.Board;

/// <summary>What ran out longest ago and what runs out first, across all open cases.</summary>
/// <param name="Overdue">The first lines of <c>GET /watch?overdue=true</c>.</param>
/// <param name="Next">The first lines of <c>GET /watch?overdue=false</c>.</param>
public sealed record BoardDue(WatchPage Overdue, WatchPage Next);

/// <summary>What whoever shows the board needs beside its rows, so that one request brings all of it.</summary>
/// <param name="Views">Whether the saved views are asked for.</param>
/// <param name="Due">Whether what is due is.</param>
internal sealed record BoardBeside(bool Views, bool Due)
{
    /// <summary>The member of the address that asks for it.</summary>
    public const string Name = "include";

    private const int Lines = 3;

    /// <summary>Reads <c>include=views,due</c>; null: it holds something else.</summary>
    public static BoardBeside? Read(string? include)
    {
        string[] parts = include?.Split(',') ?? [];
        return parts.Except(["views", "due"], StringComparer.Ordinal).Any() ? null : new BoardBeside(parts.Contains("views"), parts.Contains("due"));
    }

    /// <summary>What an address says that asks for something else.</summary>
    public static readonly FieldError Wrong = new(Name, "must be views, due or both with a comma between them");

    /// <summary>The page with it. It is asked for while the page is.</summary>
    public async Task<BoardPage?> AddAsync(Task<BoardPage?> asked, NpgsqlDataSource database, DateTimeOffset now, Reader reader, CancellationToken cancellation)
    {
        var views = Views ? database.ListViewsAsync(reader, cancellation) : null;
        var due = Due ? WatchEndpoint.ReadNearestAsync(database, Lines, now, reader, cancellation) : null;
        await Task.WhenAll([asked, .. new Task?[] { views, due }.OfType<Task>()]);
        return await asked is { } page ? page with { Views = views is null ? null : await views, Due = due is null ? null : await due } : null;
    }
}
