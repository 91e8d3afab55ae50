using System.Net.Sockets;
using Npgsql;

namespace Ketman.EventStore;

/// <summary>Tells what passes by itself from what will fail again however often it is tried.</summary>
public static class TransientErrors
{
    /// <summary>Whether an error is the fault of the database's or the network's state, not of what was to be done.</summary>
    public static bool Passes(Exception error) => error switch
    {
        // Class 57 too: a server that stops, or starts again after one of its processes was killed, says so to everybody.
        PostgresException { SqlState: ['5', '7', 'P', ..] } => true,
        NpgsqlException npgsql => npgsql.IsTransient || (npgsql is not PostgresException && npgsql.InnerException is not null),
        SocketException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };
}
