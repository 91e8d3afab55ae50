using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Figures;

/// <summary>
/// What there are several of in a case, as arrays in JSON: read by the ten thousand in one answer, so without names and without records. A moment
/// is a number of microseconds, or a day as text.
/// </summary>
internal static class PackedMeasure
{
    private delegate T Reading<T>(ref Utf8JsonReader json);

    public static string Write(IReadOnlyList<MeasuredAttempt> attempts) => Write(attempts, static (json, one) =>
    {
        json.WriteStringValue(one.Channel.Wire());
        Moment(json, one.At);
        json.WriteNumberValue((one.Delivered ? 1 : 0) | (one.Bounced ? 2 : 0) | (one.Machine ? 4 : 0));
        Moment(json, one.Answered);
    });

    public static IReadOnlyList<MeasuredAttempt> Attempts(byte[] text) => Read(text, static (ref Utf8JsonReader json) =>
    {
        var (channel, at, flags) = (Name<Channel>(ref json), Moment(ref json)!.Value, Number(ref json));
        return new MeasuredAttempt(channel, at, (flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, Moment(ref json));
    });

    public static string Write(IReadOnlyList<MeasuredPromise> promises) => Write(promises, static (json, one) =>
    {
        Moment(json, one.Made);
        Moment(json, one.Due);
        json.WriteStringValue(one.State.Wire());
    });

    public static IReadOnlyList<MeasuredPromise> Promises(byte[] text) => Read(text, static (ref Utf8JsonReader json) =>
        new MeasuredPromise(Moment(ref json)!.Value, Moment(ref json)!.Value, Name<PromiseState>(ref json)));

    public static string Write(IReadOnlyList<MeasuredPayment> payments) => Write(payments, static (json, one) =>
    {
        Moment(json, one.At);
        json.WriteStringValue(one.AccountId);
        json.WriteStringValue(one.Asset);
        json.WriteStringValue(one.Kind?.Wire());
        json.WriteNumberValue(one.Amount);
        Decimal(json, one.Usd?.Low);
        Decimal(json, one.Usd?.High);
        json.WriteStringValue(one.PriceSource);
    });

    public static IReadOnlyList<MeasuredPayment> Payments(byte[] text) => Read(text, static (ref Utf8JsonReader json) =>
    {
        var (at, account, asset) = (Moment(ref json)!.Value, Account(ref json), Text(ref json)!);
        AssetKind? kind = Text(ref json) is { } name ? WireNames<AssetKind>.Parse(name) : null;
        var (amount, low, high) = (Decimal(ref json)!.Value, Decimal(ref json), Decimal(ref json));
        return new MeasuredPayment(at, account, asset, kind, amount, low is { } lowest && high is { } highest ? new UsdValue(lowest, highest) : null, Text(ref json));
    });

    public static string Write(IReadOnlyList<MeasuredClock> clocks) => Write(clocks, static (json, one) =>
    {
        json.WriteStringValue(one.Name);
        json.WriteStringValue(one.OwedBy.Wire());
        json.WriteStringValue(one.Outcome.Wire());
        json.WriteNumberValue(one.Annulled);
    });

    public static IReadOnlyList<MeasuredClock> Clocks(byte[] text) => Read(text, static (ref Utf8JsonReader json) =>
        new MeasuredClock(Text(ref json)!, Name<Party>(ref json), Name<ClockOutcome>(ref json), Number(ref json)));

    public static string Write(IReadOnlyList<(Reaction Reaction, Moment At)> reactions) => Write(reactions, static (json, one) =>
    {
        json.WriteStringValue(one.Reaction.Wire());
        Moment(json, one.At);
    });

    public static IReadOnlyList<(Reaction Reaction, Moment At)> Reactions(byte[] text) => Read(text, static (ref Utf8JsonReader json) =>
        (Name<Reaction>(ref json), Moment(ref json)!.Value));

    private static string Write<T>(IReadOnlyList<T> items, Action<Utf8JsonWriter, T> write)
    {
        if (items.Count == 0)
        {
            return "[]";
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var item in items)
            {
                json.WriteStartArray();
                write(json, item);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static List<T> Read<T>(byte[] text, Reading<T> read)
    {
        List<T> items = [];
        var json = new Utf8JsonReader(text);
        json.Read();
        while (json.Read() && json.TokenType is JsonTokenType.StartArray)
        {
            items.Add(read(ref json));
            json.Read();
        }

        return items;
    }

    private static void Moment(Utf8JsonWriter json, Moment? moment)
    {
        switch (moment)
        {
            case null:
                json.WriteNullValue();
                break;
            case { Precision: Precision.Day } day:
                json.WriteStringValue(day.ToString());
                break;
            case { } instant:
                json.WriteNumberValue((instant.Start.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond);
                break;
        }
    }

    private static Moment? Moment(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType switch
        {
            JsonTokenType.Null => null,
            JsonTokenType.Number => Contracts.Moment.At(DateTimeOffset.UnixEpoch.AddTicks(json.GetInt64() * TimeSpan.TicksPerMicrosecond)),
            _ => Contracts.Moment.On(DateOnly.ParseExact(json.GetString()!, "yyyy-MM-dd", CultureInfo.InvariantCulture)),
        };
    }

    private static void Decimal(Utf8JsonWriter json, decimal? value)
    {
        if (value is { } number)
        {
            json.WriteNumberValue(number);
        }
        else
        {
            json.WriteNullValue();
        }
    }

    private static decimal? Decimal(ref Utf8JsonReader json)
    {
        json.Read();
        return json.TokenType is JsonTokenType.Null ? null : json.GetDecimal();
    }

    private static int Number(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetInt32();
    }

    private static Guid Account(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetGuid();
    }

    private static string? Text(ref Utf8JsonReader json)
    {
        json.Read();
        return json.GetString();
    }

    private static T Name<T>(ref Utf8JsonReader json)
        where T : struct, Enum
    {
        json.Read();
        return WireNames<T>.Parse(ref json);
    }
}

/// <summary>The values of an enumeration by their names in JSON.</summary>
internal static class WireNames<T>
    where T : struct, Enum
{
    private static readonly FrozenDictionary<string, T> ByName = Enum.GetValues<T>().ToFrozenDictionary(value => value.Wire());

    private static readonly (byte[] Name, T Value)[] ByUtf8 = [.. Enum.GetValues<T>().Select(value => (Encoding.UTF8.GetBytes(value.Wire()), value))];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<T>().Select(value => value.Wire())];

    public static T Parse(string name) => ByName[name];

    public static T Parse(ref Utf8JsonReader json)
    {
        foreach (var (name, value) in ByUtf8)
        {
            if (json.ValueTextEquals(name))
            {
                return value;
            }
        }

        throw new FormatException($"There is no such {typeof(T).Name}.");
    }
}
