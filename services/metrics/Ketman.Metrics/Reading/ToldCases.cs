using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;
using Npgsql;
using NpgsqlTypes;

namespace Ketman.Metrics.Reading;

/// <summary>The cases of a month as their rows are read, and what else is to be asked because of them.</summary>
internal sealed class ToldCases
{
    private static readonly byte Corrected = PackedFacts.CodeOf(typeof(PaymentCorrected));

    private readonly (long From, long Until) _window;
    private readonly long[] _touched;
    private readonly long[] _worked;
    private readonly long[] _opened;
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _until;
    private readonly HashSet<Guid> _accounts = [];
    private readonly HashSet<Guid> _companies = [];
    private readonly List<Guid> _whole = [];
    private byte[] _buffer = new byte[16 * 1024];

    public ToldCases(DateTimeOffset from, DateTimeOffset until)
    {
        (_from, _until) = (from, until);
        _window = (from.AddDays(-1).UtcTicks, until.AddDays(1).UtcTicks);
        _touched = Wanted([]);
        _worked = Wanted(MonthKinds.OfWork);
        _opened = Wanted(MonthKinds.Whole);
    }

    /// <summary>The facts that were told.</summary>
    public List<Fact> Facts { get; } = [];

    /// <summary>Reads a row of what tells the cases of the month.</summary>
    public void Add(NpgsqlDataReader row)
    {
        var subject = row.GetGuid(0);
        var bytes = row.IsDBNull(3) ? [] : Bytes(row, 3);
        if (!PackedFacts.CanRead(bytes))
        {
            _whole.Add(subject);
            return;
        }

        var first = Facts.Count;
        var (opened, worked) = (row.GetBoolean(1), row.GetBoolean(2));
        PackedFacts.Read(bytes, subject, Payments(bytes, opened ? _opened : worked ? _worked : _touched), _window, Facts);
        if (opened)
        {
            PackedFacts.Read(Bytes(row, 4), subject, _opened, _window, Facts);
        }

        for (var index = first; index < Facts.Count; index++)
        {
            switch (Facts[index].Said)
            {
                case DisclosureOpened said:
                    _companies.Add(said.CompanyId);
                    break;
                case WorkerConfirmed said:
                    _accounts.Add(said.AccountId);
                    break;
                case var said when opened && Reading.Facts.AccountOf(said) is { } account:
                    _accounts.Add(account);
                    break;
            }
        }
    }

    /// <summary>One of the questions that follow.</summary>
    public NpgsqlBatchCommand Ask(string query) => new(query)
    {
        Parameters =
        {
            new() { Value = _from }, new() { Value = _until },
            Reading.Facts.Array(NpgsqlDbType.Uuid, _accounts), Reading.Facts.Array(NpgsqlDbType.Uuid, _whole), Reading.Facts.Array(NpgsqlDbType.Uuid, _companies),
        },
    };

    // Valid until the next are read.
    private ReadOnlySpan<byte> Bytes(NpgsqlDataReader row, int column)
    {
        var length = (int)row.GetBytes(column, 0, null, 0, 0);
        if (length > _buffer.Length)
        {
            _buffer = new byte[length * 2];
        }

        return _buffer.AsSpan(0, (int)row.GetBytes(column, 0, _buffer, 0, length));
    }

    // A payment is where its last correction puts it, whenever both were said to be.
    private static long[] Payments(ReadOnlySpan<byte> bytes, long[] wanted)
    {
        if (!PackedFacts.Has(bytes, Corrected))
        {
            return wanted;
        }

        var all = wanted.ToArray();
        all[PackedFacts.CodeOf(typeof(PaymentRecorded))] = all[Corrected] = long.MaxValue;
        return all;
    }

    // Of what happened after the month only that is needed which holds for every month.
    private long[] Wanted(IReadOnlyCollection<Type> kinds) =>
        [.. PackedFacts.All.Select(kind => MonthKinds.Timeless.Contains(kind) ? long.MaxValue : kinds.Contains(kind) ? _window.Until : long.MinValue)];
}
