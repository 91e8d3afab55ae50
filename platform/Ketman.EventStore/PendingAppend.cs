using System.Runtime.ExceptionServices;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>An append of one event to a stream that exists, from its call until its outcome.</summary>
internal sealed class PendingAppend(
    StreamAppend append, in NewRow row, IReadOnlyList<NpgsqlBatchCommand> alongside, CancellationToken cancellation)
{
    private readonly NewRow _row = row;
    private Exception? _error;

    /// <summary>What is appended.</summary>
    public StreamAppend Append => append;

    /// <summary>Its row.</summary>
    public ref readonly NewRow Row => ref _row;

    /// <summary>What commits with it.</summary>
    public IReadOnlyList<NpgsqlBatchCommand> Alongside { get; private set; } = alongside;

    /// <summary>Its caller's.</summary>
    public CancellationToken Cancellation => cancellation;

    /// <summary>
    /// While no lane is free, completes with one for it and those who waited with it, or with null once another has sent it.
    /// </summary>
    public TaskCompletionSource<AppendLane?>? Turn { get; set; }

    /// <summary>Whether it needs a connection of its own, on which it may wait for others' locks.</summary>
    public bool IsHeldUp { get; private set; }

    /// <summary>
    /// Makes it ready to be sent once more. In a command that was sent in vain the driver leaves how far it had prepared it, and
    /// would go on from there, be it on another connection.
    /// </summary>
    public void Renew() => Alongside = [.. Alongside.Select(Copy)];

    /// <summary>Notes that it met another's lock.</summary>
    public void HoldUp()
    {
        IsHeldUp = true;
        Renew();
    }

    /// <summary>Notes that it failed, and why.</summary>
    public void Fail(Exception error) => _error = error;

    /// <summary>Throws what it failed with.</summary>
    public void ThrowIfFailed()
    {
        if (_error is not null)
        {
            ExceptionDispatchInfo.Throw(_error);
        }
    }

    private static NpgsqlBatchCommand Copy(NpgsqlBatchCommand command)
    {
        var copy = new NpgsqlBatchCommand(command.CommandText) { CommandType = command.CommandType };
        foreach (NpgsqlParameter parameter in command.Parameters)
        {
            copy.Parameters.Add(parameter.Clone());
        }

        return copy;
    }
}
