using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>What a statement is: a draft, which later facts move, or a version that stays as it is.</summary>
/// <param name="Version">Null: a draft. 1 was frozen first, each further one is a restatement.</param>
/// <param name="FrozenAt">When.</param>
/// <param name="Moved">Of a restatement: what moved since the version before, as far as its reader may know.</param>
/// <param name="AsOf">Of a draft: the moment of the past from which it is told; null: now.</param>
internal sealed record StatementEdition(int? Version, DateTimeOffset? FrozenAt, IReadOnlyList<MovedFigure> Moved, Reading.AsOf? AsOf = null)
{
    /// <summary>What is known now.</summary>
    public static readonly StatementEdition Draft = new(null, null, []);

    /// <summary>The number of the restatement, from 1; 0: it is none.</summary>
    public int Restatement => Version - 1 ?? 0;

    /// <summary>Says it in the data of a statement.</summary>
    public JsonObject Into(JsonObject cut)
    {
        cut.Insert(2, "state", Version is null ? "draft" : "frozen");
        if (AsOf is { } past)
        {
            cut.Insert(3, "asOf", JsonSerializer.SerializeToNode(past, ContractJson.Options));
        }

        if (Version is { } version)
        {
            cut.Insert(3, "version", version);
            cut.Insert(4, "frozenAt", JsonSerializer.SerializeToNode(FrozenAt, ContractJson.Options));
        }

        if (Restatement > 0)
        {
            cut.Insert(5, "restatement", Restatement);
            cut.Insert(6, "moved", JsonSerializer.SerializeToNode(Moved, ContractJson.Options));
        }

        return cut;
    }
}

/// <summary>A number that is another one than in the version before.</summary>
/// <param name="Figure">The definition's name.</param>
/// <param name="Member">Which of its numbers.</param>
/// <param name="From">What it was; null: withheld, or there was none.</param>
/// <param name="To">What it is.</param>
/// <param name="Because">The facts that came since and touch the figure, as far as the reader may know them; some may be left out.</param>
public sealed record MovedFigure(string Figure, string Member, decimal? From, decimal? To, IReadOnlyList<MovingFact> Because);

/// <summary>A fact that came after a version was frozen.</summary>
/// <param name="Event">Its id.</param>
/// <param name="Kind">Its contract, e.g. <c>payment-recorded</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record MovingFact(Guid Event, string Kind, Moment At, DateTimeOffset RecordedAt);
