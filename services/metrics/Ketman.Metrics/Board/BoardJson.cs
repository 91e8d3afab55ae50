using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Metrics.Reading;

namespace Ketman.Metrics.Board;

/// <summary>
/// Pages of the board as JSON, member by member: rows of it are what the service writes most by far, and the serializer takes as long for them as the
/// database does to find them. Exactly what the serializer writes; a test compares the two.
/// </summary>
internal static class BoardJson
{
    private const int Kept = 1 << 20;

    private static readonly MomentJsonConverter Moments = new();
    private static readonly JsonEncodedText[] Levels = [.. Enum.GetValues<Tlp>().Select(level => JsonEncodedText.Encode(level.Wire()))];
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _room;

    /// <summary>The page, in UTF-8.</summary>
    public static byte[] Write(BoardPage page)
    {
        var room = _room ??= new ArrayBufferWriter<byte>();
        room.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(room, Relaxed))
        {
            Write(json, page);
        }

        var written = room.WrittenSpan.ToArray();
        if (room.Capacity > Kept)
        {
            _room = null;
        }

        return written;
    }

    private static void Write(Utf8JsonWriter json, BoardPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("items"u8);
        foreach (var item in page.Items)
        {
            Write(json, item);
        }

        json.WriteEndArray();
        json.WriteString("next"u8, page.Next);
        Member(json, "withheld", page.Withheld);
        if (page.Similar is { } similar)
        {
            json.WriteBoolean("similar"u8, similar);
        }

        Time(json, "asOf"u8, page.AsOf);
        Member(json, "unknown", page.Unknown);
        Member(json, "views", page.Views);
        Member(json, "due", page.Due);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BoardItem item)
    {
        json.WriteStartObject();
        json.WriteString("disclosure"u8, item.Disclosure);
        json.WriteString("id"u8, item.Id);
        json.WriteStartObject("company"u8);
        json.WriteString("id"u8, item.Company.Id);
        Text(json, "handle"u8, item.Company.Handle);
        Text(json, "name"u8, item.Company.Name);
        json.WriteBoolean("private"u8, item.Company.Private);
        Text(json, "zone"u8, item.Company.Zone);
        json.WriteEndObject();
        Text(json, "title"u8, item.Title);
        json.WriteString("status"u8, item.Status);
        Time(json, "openedAt"u8, item.OpenedAt);
        json.WriteNumber("ageDays"u8, item.AgeDays);
        if (item.LastOutreach is { } last)
        {
            json.WriteStartObject("lastOutreach"u8);
            Time(json, "at"u8, last.At);
            json.WriteString("channel"u8, last.Channel);
            json.WriteEndObject();
        }

        if (item.Attempts is { } attempts)
        {
            json.WriteNumber("attempts"u8, attempts);
        }

        Texts(json, "channels"u8, item.Channels);
        Text(json, "waitingOn"u8, item.WaitingOn);
        Text(json, "reaction"u8, item.Reaction);
        if (item.NextOwed is { } owed)
        {
            Write(json, owed);
        }

        if (item.Overdue is { } overdue)
        {
            json.WriteBoolean("overdue"u8, overdue);
        }

        Time(json, "breachedSince"u8, item.BreachedSince);
        Text(json, "assignee"u8, item.Assignee);
        Texts(json, "tags"u8, item.Tags);
        Text(json, "severity"u8, item.Severity);
        Text(json, "policy"u8, item.Policy);
        json.WriteString("marking"u8, Levels[(int)item.Marking]);
        if (item.DueVersion is { } version)
        {
            json.WriteNumber("dueVersion"u8, version);
        }

        Member(json, "withheld", item.Withheld);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, NextOwed owed)
    {
        json.WriteStartObject("nextOwed"u8);
        json.WriteString("kind"u8, owed.Kind);
        Text(json, "what"u8, owed.What);
        Time(json, "due"u8, owed.Due);
        Time(json, "overdueAt"u8, owed.OverdueAt);
        Text(json, "name"u8, owed.Name);
        Text(json, "title"u8, owed.Title);
        Text(json, "owedBy"u8, owed.OwedBy);
        Time(json, "since"u8, owed.Since);
        json.WriteBoolean("paused"u8, owed.Paused);
        Time(json, "pausedUntil"u8, owed.PausedUntil);
        if (owed.Then is { } then)
        {
            json.WriteStartObject("then"u8);
            json.WriteString("kind"u8, then.Kind);
            json.WriteString("title"u8, then.Title);
            json.WriteString("owedBy"u8, then.OwedBy);
            Time(json, "dueAt"u8, then.DueAt);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteString(name, known);
        }
    }

    private static void Time(Utf8JsonWriter json, ReadOnlySpan<byte> name, Moment? moment)
    {
        if (moment is { } known)
        {
            json.WritePropertyName(name);
            Moments.Write(json, known, ContractJson.Options);
        }
    }

    // What there is at most once in a page, or in few of its rows.
    private static void Member<T>(Utf8JsonWriter json, string name, T? value)
        where T : class
    {
        if (value is not null)
        {
            json.WritePropertyName(name);
            JsonSerializer.Serialize(json, value, ContractJson.Options);
        }
    }
}
