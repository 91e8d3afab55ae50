namespace Ketman.Cli.Import;

/// <summary>One line of a JSON Lines file, or one record of a CSV file, as bytes.</summary>
/// <param name="Line">The number of its first line, from 1.</param>
/// <param name="NextLine">The number of the line after it: a CSV record may go over several.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Next">Where what follows it begins.</param>
/// <param name="Bytes">Its content without the line end.</param>
/// <param name="Flaw">Why it cannot be read at all, or null.</param>
internal readonly record struct RawRecord(long Line, long NextLine, long Offset, long Next, ReadOnlyMemory<byte> Bytes, string? Flaw);

/// <summary>
/// Cuts a file into records, in memory bounded by the longest record that is allowed. What cannot be cut (a line that is too
/// long, a quote that never closes) costs that one line, not the rest of the file.
/// </summary>
/// <param name="stream">The file, at the position where reading begins.</param>
/// <param name="csv">Whether line ends within quotes belong to the record (RFC 4180).</param>
/// <param name="offset">The position of <paramref name="stream"/> in the file.</param>
/// <param name="line">The number of the line that begins there.</param>
internal sealed class RecordReader(Stream stream, bool csv, long offset = 0, long line = 1)
{
    public const int LongestRecord = 1024 * 1024;

    // Enough to recognise a flawed line by.
    private const int KeptOfFlawed = 2000;

    private const string TooLong = "longer than 1 MiB";

    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private bool _ended;
    private long _offset = offset;
    private long _line = line;

    /// <summary>The next record, or null at the end of the file. Its bytes are the caller's to keep.</summary>
    public async ValueTask<RawRecord?> NextAsync(CancellationToken cancellation)
    {
        if (_offset == 0 && _start == 0)
            await SkipByteOrderMarkAsync(cancellation);

        var scan = new Scan(csv);
        while (true)
        {
            var newline = scan.FindEnd(_buffer.AsSpan(_start, _end - _start));
            if (newline >= 0)
                return newline > LongestRecord ? Take(newline, 1, TooLong) : Take(newline, 1, null);

            if (_end - _start > LongestRecord)
                return scan.InQuotes ? TakeFirstLine() : await SkipLongAsync(cancellation);
            if (_ended)
                return _end == _start ? null : scan.InQuotes ? TakeFirstLine() : Take(_end - _start, 0, null);
            await FillAsync(cancellation);
        }
    }

    private RawRecord Take(int length, int terminator, string? flaw)
    {
        var content = _buffer.AsSpan(_start, length);
        var bytes = flaw is null ? (content.EndsWith("\r"u8) ? content[..^1] : content).ToArray() : content[..Math.Min(length, KeptOfFlawed)].ToArray();
        var next = _offset + length + terminator;
        var nextLine = _line + terminator + (csv ? content.Count((byte)'\n') : 0);
        var record = new RawRecord(_line, nextLine, _offset, next, bytes, flaw);
        _line = nextLine;
        _start += length + terminator;
        _offset = next;
        return record;
    }

    // Where a quote never closes, everything to the end of the file would be swallowed: give up only the line that opens it.
    private RawRecord TakeFirstLine()
    {
        const string Flaw = "a quote is opened and never closed";
        var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
        return newline < 0 ? Take(_end - _start, 0, Flaw) : Take(newline, 1, Flaw);
    }

    private async ValueTask<RawRecord> SkipLongAsync(CancellationToken cancellation)
    {
        var (from, at) = (_offset, _line);
        while (true)
        {
            var newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            var skipped = newline < 0 ? _end - _start : newline + 1;
            _offset += skipped;
            _start += skipped;
            if (newline >= 0)
            {
                _line++;
                break;
            }

            if (_ended)
                break;
            await FillAsync(cancellation);
        }

        return new RawRecord(at, _line, from, _offset, ReadOnlyMemory<byte>.Empty, TooLong);
    }

    private async ValueTask SkipByteOrderMarkAsync(CancellationToken cancellation)
    {
        while (_end < 3 && !_ended)
            await FillAsync(cancellation);

        var head = _buffer.AsSpan(0, _end);
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
            throw new CliException(ExitCode.Usage, "The file is UTF-16; save it as UTF-8.");
        if (head.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            _start = 3;
            _offset = 3;
        }
    }

    private async ValueTask FillAsync(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _ended = read == 0;
    }

    /// <summary>Finds the end of a record and remembers how far it looked, so that a long record is not scanned anew with each read.</summary>
    private struct Scan(bool csv)
    {
        private int _position;
        private bool _inField;
        private bool _quoted;

        public bool InQuotes { get; private set; }

        public int FindEnd(ReadOnlySpan<byte> bytes)
        {
            if (!csv)
            {
                var newline = bytes[_position..].IndexOf((byte)'\n');
                var end = newline < 0 ? -1 : _position + newline;
                _position = bytes.Length;
                return end;
            }

            for (; _position < bytes.Length; _position++)
            {
                var c = bytes[_position];
                if (InQuotes)
                {
                    // A doubled quote closes and opens again, which comes to the same.
                    InQuotes = c != '"';
                }
                else if (c == '\n')
                {
                    return _position;
                }
                else if (c == '"' && !_inField)
                {
                    InQuotes = _quoted = _inField = true;
                }
                else if (c == '"' && _quoted && bytes[_position - 1] == '"')
                {
                    InQuotes = true;
                }
                else
                {
                    _inField = c != ',';
                    _quoted &= _inField;
                }
            }

            return -1;
        }
    }
}
