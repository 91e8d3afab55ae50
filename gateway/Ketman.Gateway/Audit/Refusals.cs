using System.Net.Sockets;
using Ketman.Gateway.Callers;

namespace Ketman.Gateway.Audit;

/// <summary>
/// Folds alike refusals: the first is kept at once, those of the minute after it become one entry with their number. Who is not
/// known counts by address (IPv6 by its network, since one machine has many) and the number of such counts is bounded, so a flood
/// from everywhere costs some hundred rows a minute and never the disk.
/// </summary>
internal sealed class Refusals(TimeProvider time)
{
    private const int Most = 256;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Repeated> _repeated = new(StringComparer.Ordinal);

    /// <summary>Counts a refusal; the entry is given back when it is to be written now.</summary>
    public AuditEntry? Count(HttpContext context, int status, string? why = null)
    {
        var caller = Principal.TryOf(context);
        var entry = AuditEntry.Of(context, AuditKinds.Refused, time.GetUtcNow(), detail: why, status: status);
        return Count(caller is null ? $"{NetworkOf(context)} {status}" : $"{caller.Subject.Id} {status} {entry.Method} {entry.Route}", entry);
    }

    /// <summary>Counts what is alike by a text.</summary>
    public AuditEntry? Count(string alike, AuditEntry entry)
    {
        lock (_gate)
        {
            if (!_repeated.ContainsKey(alike) && _repeated.Count >= Most)
            {
                (alike, entry) = ("", entry with { Address = null, Route = null, Method = null, Trace = null, Actor = null, ActorKind = null, Subject = null, Detail = null });
            }

            if (_repeated.TryGetValue(alike, out var known))
            {
                known.More++;
                return null;
            }

            _repeated[alike] = new Repeated(entry, time.GetTimestamp());
            return entry;
        }
    }

    /// <summary>What was counted in minutes that are over.</summary>
    /// <param name="all">Also in those that are not: this is the last chance.</param>
    public IReadOnlyList<AuditEntry> Take(bool all)
    {
        var over = new List<AuditEntry>();
        lock (_gate)
        {
            foreach (var (alike, repeated) in _repeated.Where(each => all || time.GetElapsedTime(each.Value.Since) >= Window).ToList())
            {
                _repeated.Remove(alike);
                if (repeated.More > 0)
                {
                    over.Add(repeated.First.Again(time.GetUtcNow(), repeated.More));
                }
            }
        }

        return over;
    }

    public static string NetworkOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is not { } address ? ""
        : address is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: false } ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
        : address.MapToIPv4().ToString();

    private sealed class Repeated(AuditEntry first, long since)
    {
        public AuditEntry First { get; } = first;

        public long Since { get; } = since;

        public int More { get; set; }
    }
}
