using Ketman.Contracts;

namespace Ketman.Metrics.Cases;

/// <summary>One event of another service, as the read models know it.</summary>
/// <param name="Id">The event's id, by which a figure says what it was counted from.</param>
/// <param name="Subject">The case, account or company that it tells of: the id in its stream's name.</param>
/// <param name="Version">Its place in its stream.</param>
/// <param name="At">When it happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
/// <param name="RecordedBy">Who recorded it.</param>
/// <param name="Said">The contract.</param>
public sealed record Fact(Guid Id, Guid Subject, long Version, Moment At, DateTimeOffset RecordedAt, string RecordedBy, object Said);

/// <summary>A fact of which the contract is known.</summary>
/// <param name="Fact">The fact.</param>
/// <param name="Said">Its contract.</param>
public readonly record struct Known<T>(Fact Fact, T Said)
{
    /// <summary>The event's id.</summary>
    public Guid Id => Fact.Id;

    /// <summary>When it happened.</summary>
    public Moment At => Fact.At;
}
