using Npgsql;

namespace Ketman.Hosting.Commands;

/// <summary>
/// Rows that follow from the state of a stream, not from single events: written in the transaction of the append, and so never
/// behind. They cost a command nothing while they do not change, because then there is nothing to write.
/// </summary>
/// <typeparam name="TState">The state of the aggregate.</typeparam>
public interface IInlineState<in TState>
    where TState : class
{
    /// <summary>The statements that follow from a change of state; none when the rows stay as they are.</summary>
    /// <param name="id">The stream's id.</param>
    /// <param name="before">The state that was decided on.</param>
    /// <param name="after">The state with all events of the append.</param>
    /// <param name="now">The time of the decision.</param>
    IEnumerable<NpgsqlBatchCommand> Write(Guid id, TState before, TState after, DateTimeOffset now);
}
