using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Ketman.Proof;

/// <summary>
/// The one form of a JSON value that its hash is made of. It is what PostgreSQL's <c>jsonb</c> keeps, written without
/// blanks, so storing and reading back never changes it: members ordered by the length of their name and then by its bytes,
/// of equal names the last; numbers in plain decimal digits with their scale kept (<c>1.10</c> stays, <c>1e3</c> is
/// <c>1000</c>); strings with the fewest escapes.
/// </summary>
internal sealed class CanonicalJson : IComparer<CanonicalJson.Member>
{
    // A longer exponent comes from no amount or count; refusing it keeps "1e999999999" from filling the memory.
    private const int LargestExponent = 400;

    [ThreadStatic]
    private static CanonicalJson? _mine;

    private readonly ByteBuffer _out = new();
    private readonly ByteBuffer _names = new();
    private readonly List<Member> _members = [];
    private byte[] _sorting = new byte[1024];

    internal readonly record struct Member(int Name, int NameLength, int Start, int Length);

    /// <summary>Writes the canonical form of <paramref name="json"/>, without the top-level member <paramref name="except"/>.</summary>
    /// <exception cref="JsonException">It is no JSON, or something that jsonb cannot keep.</exception>
    public static void Write(ReadOnlySpan<byte> json, ByteBuffer output, ReadOnlySpan<byte> except = default)
    {
        // Reused: an append would otherwise spend more on these lists than on the hash.
        var canonical = _mine ??= new CanonicalJson();
        canonical._out.Length = 0;
        canonical._names.Length = 0;
        canonical._members.Clear();
        var reader = new Utf8JsonReader(json);
        try
        {
            reader.Read();
            canonical.Value(ref reader, except);
            if (reader.Read())
            {
                throw new JsonException("more than one value");
            }
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a string is not valid Unicode", e);
        }

        output.Add(canonical._out.Written);
    }

    private void Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> except)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                Object(ref reader, except);
                break;
            case JsonTokenType.StartArray:
                Array(ref reader);
                break;
            case JsonTokenType.String:
                String(ref reader);
                break;
            case JsonTokenType.Number:
                Number(reader.ValueSpan);
                break;
            default:
                _out.Add(reader.ValueSpan);
                break;
        }
    }

    private void Array(ref Utf8JsonReader reader)
    {
        _out.Add((byte)'[');
        for (var first = true; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; first = false)
        {
            if (!first)
            {
                _out.Add((byte)',');
            }

            Value(ref reader, default);
        }

        _out.Add((byte)']');
    }

    private void Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> except)
    {
        _out.Add((byte)'{');
        var start = _out.Length;
        var firstMember = _members.Count;
        var firstName = _names.Length;
        var ordered = true;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var from = _out.Length;
            var name = Name(ref reader);
            if (!except.IsEmpty && NameOf(name).SequenceEqual(except))
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            if (_members.Count > firstMember)
            {
                ordered &= CompareNames(_members[^1], name) < 0;
                _out.Add((byte)',');
                from++;
            }

            String(ref reader);
            _out.Add((byte)':');
            reader.Read();
            Value(ref reader, default);
            _members.Add(name with { Start = from, Length = _out.Length - from });
        }

        if (!ordered)
        {
            Sort(start, firstMember);
        }

        _out.Add((byte)'}');
        _members.RemoveRange(firstMember, _members.Count - firstMember);
        _names.Length = firstName;
    }

    // What was written for the members is copied aside and put back in order; of equal names the last one counts.
    private void Sort(int start, int firstMember)
    {
        var length = _out.Length - start;
        if (_sorting.Length < length)
        {
            _sorting = new byte[Math.Max(length, _sorting.Length * 2)];
        }

        _out.Written[start..].CopyTo(_sorting);
        _out.Length = start;
        _members.Sort(firstMember, _members.Count - firstMember, this);
        var first = true;
        for (var at = firstMember; at < _members.Count; at++)
        {
            var member = _members[at];
            if (at + 1 < _members.Count && CompareNames(member, _members[at + 1]) == 0)
            {
                continue;
            }

            if (!first)
            {
                _out.Add((byte)',');
            }

            first = false;
            _out.Add(_sorting.AsSpan(member.Start - start, member.Length));
        }
    }

    // Of equal names the one that came first.
    int IComparer<Member>.Compare(Member left, Member right) =>
        CompareNames(left, right) is var byName and not 0 ? byName : left.Start - right.Start;

    private int CompareNames(Member left, Member right)
    {
        var byLength = left.NameLength.CompareTo(right.NameLength);
        return byLength != 0 ? byLength : NameOf(left).SequenceCompareTo(NameOf(right));
    }

    private ReadOnlySpan<byte> NameOf(Member member) => _names.Written.Slice(member.Name, member.NameLength);

    private Member Name(ref Utf8JsonReader reader)
    {
        var at = _names.Length;
        var length = reader.CopyString(_names.Room(reader.ValueSpan.Length));
        _names.Length += length;
        return new Member(at, length, 0, 0);
    }

    private void String(ref Utf8JsonReader reader)
    {
        _out.Add((byte)'"');
        if (!reader.ValueIsEscaped)
        {
            _out.Add(reader.ValueSpan);
        }
        else
        {
            Escaped(ref reader);
        }

        _out.Add((byte)'"');
    }

    private void Escaped(ref Utf8JsonReader reader)
    {
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length);
        var text = rented.AsSpan(0, reader.CopyString(rented));
        foreach (var each in text)
        {
            switch (each)
            {
                case (byte)'"' or (byte)'\\':
                    _out.Add((byte)'\\');
                    _out.Add(each);
                    break;
                case (byte)'\b':
                    _out.Add("\\b"u8);
                    break;
                case (byte)'\f':
                    _out.Add("\\f"u8);
                    break;
                case (byte)'\n':
                    _out.Add("\\n"u8);
                    break;
                case (byte)'\r':
                    _out.Add("\\r"u8);
                    break;
                case (byte)'\t':
                    _out.Add("\\t"u8);
                    break;
                case 0:
                    throw new JsonException("a string holds U+0000, which PostgreSQL cannot keep");
                case < 0x20:
                    _out.Add("\\u00"u8);
                    _out.Add("0123456789abcdef"u8[each >> 4]);
                    _out.Add("0123456789abcdef"u8[each & 0xF]);
                    break;
                default:
                    _out.Add(each);
                    break;
            }
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    private void Number(ReadOnlySpan<byte> text)
    {
        var negative = text[0] == (byte)'-';
        var digits = negative ? text[1..] : text;
        var exponentAt = digits.IndexOfAny((byte)'e', (byte)'E');
        var exponent = 0;
        if (exponentAt >= 0)
        {
            if (!int.TryParse(digits[(exponentAt + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)
                || Math.Abs(exponent) > LargestExponent)
            {
                throw new JsonException("a number has an exponent beyond 400");
            }

            digits = digits[..exponentAt];
        }

        // jsonb knows no negative zero.
        if (negative && digits.IndexOfAnyInRange((byte)'1', (byte)'9') >= 0)
        {
            _out.Add((byte)'-');
        }

        if (exponentAt < 0)
        {
            _out.Add(digits);
            return;
        }

        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? [] : digits[(point + 1)..];
        Shifted(whole, fraction, exponent);
    }

    private void Shifted(ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent)
    {
        Span<byte> all = new byte[LargestExponent + whole.Length + fraction.Length + LargestExponent];
        all.Fill((byte)'0');
        whole.CopyTo(all[LargestExponent..]);
        fraction.CopyTo(all[(LargestExponent + whole.Length)..]);
        var point = LargestExponent + whole.Length + exponent;
        var scale = Math.Max(0, fraction.Length - exponent);
        var first = all[..point].IndexOfAnyInRange((byte)'1', (byte)'9');
        _out.Add(first < 0 ? "0"u8 : all[first..point]);
        if (scale > 0)
        {
            _out.Add((byte)'.');
            _out.Add(all.Slice(point, scale));
        }
    }
}
