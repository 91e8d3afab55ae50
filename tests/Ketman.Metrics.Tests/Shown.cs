using System.Security.Cryptography;
using System.Text;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Statements;

namespace Ketman.Metrics.Tests;

/// <summary>Statements as somebody sees them.</summary>
internal static class Shown
{
    /// <summary>Long after everything in the sample.</summary>
    public static readonly DateTimeOffset Now = new(2025, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static StatementView To(Tlp clearance, IEnumerable<Fact> facts, StatementMonth month, string name = "reader") =>
        StatementView.Of([.. facts], month, new Reader(name, clearance), Now, Disguise);

    public static string Json(Tlp clearance, IEnumerable<Fact> facts, StatementMonth month, string name = "reader") =>
        Encoding.UTF8.GetString(StatementJson.Write(To(clearance, facts, month, name)));

    public static string Markdown(Tlp clearance, IEnumerable<Fact> facts, StatementMonth month) => StatementMarkdown.Write(To(clearance, facts, month));

    public static string As(StatementForm form, Tlp clearance, IEnumerable<Fact> facts, StatementMonth month, params IReadOnlyList<StatementNote> notes)
    {
        var view = StatementView.Of([.. facts], month, new Reader("reader", clearance), Now, Disguise, notes);
        return Encoding.UTF8.GetString(form.Write(view, StatementJson.Cut(view), StatementEdition.Draft));
    }

    // With a known secret, so that what is approved stays.
    public static Guid Disguise(Guid company) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"disguise {company:D}")).AsSpan(0, 16));
}
