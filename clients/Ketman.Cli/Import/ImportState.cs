using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Import;

/// <summary>How far an import has come.</summary>
/// <param name="Offset">Everything before this place in the file is settled.</param>
/// <param name="Line">The number of the line there.</param>
/// <param name="Recorded">Lines recorded so far.</param>
/// <param name="Unchanged">Lines that said nothing new.</param>
internal sealed record Checkpoint(long Offset, long Line, long Recorded, long Unchanged);

/// <summary>
/// Remembers how far the import of one file into one platform has come, so that it goes on there after a crash. It is only a
/// saving: without it everything is sent again, and changes nothing.
/// </summary>
internal sealed class ImportState
{
    private readonly string _path;
    private readonly string _failuresPath;

    private ImportState(string path)
    {
        _path = path;
        _failuresPath = path + ".failed";
    }

    /// <summary>The state of this content on this server, in <c>$XDG_STATE_HOME/ketman/imports</c>.</summary>
    public static ImportState For(Surroundings surroundings, Uri server, ReadOnlySpan<byte> digest)
    {
        var name = SHA256.HashData([.. digest, .. Encoding.UTF8.GetBytes(server.GetLeftPart(UriPartial.Path))]);
        return new ImportState(Path.Combine(surroundings.StateFolder, "imports", Convert.ToHexStringLower(name.AsSpan(0, 16)) + ".json"));
    }

    /// <summary>How far an interrupted import had come, or null.</summary>
    public Checkpoint? Load()
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(_path));
            var root = document.RootElement;
            return Number(root, "offset") is { } offset && Number(root, "line") is { } line && offset > 0 && line > 0
                ? new Checkpoint(offset, line, Number(root, "recorded") ?? 0, Number(root, "unchanged") ?? 0)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The lines that failed before the interruption, as an errors file has them.</summary>
    public IEnumerable<byte[]> LoadFailures() =>
        File.Exists(_failuresPath) ? File.ReadLines(_failuresPath).Select(Encoding.UTF8.GetBytes) : [];

    /// <summary>Notes how far it has come; a state that cannot be written is no reason to stop.</summary>
    public void Save(Checkpoint checkpoint, IReadOnlyList<byte[]> newFailures)
    {
        try
        {
            var directory = Path.GetDirectoryName(_path)!;
            if (!Directory.Exists(directory))
                CreatePrivate(directory);
            if (newFailures.Count > 0)
            {
                using var failures = new FileStream(_failuresPath, FileMode.Append, FileAccess.Write);
                foreach (var failure in newFailures)
                    failures.Write([.. failure, (byte)'\n']);
            }

            var buffer = new ArrayBufferWriter<byte>();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteNumber("offset", checkpoint.Offset);
                json.WriteNumber("line", checkpoint.Line);
                json.WriteNumber("recorded", checkpoint.Recorded);
                json.WriteNumber("unchanged", checkpoint.Unchanged);
                json.WriteEndObject();
            }

            // Half a state would be worse than none: it replaces the old one whole.
            File.WriteAllBytes(_path + ".new", buffer.WrittenSpan);
            File.Move(_path + ".new", _path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost but the saving.
        }
    }

    /// <summary>The import is done, or is to begin anew.</summary>
    public void Forget()
    {
        try
        {
            File.Delete(_path);
            File.Delete(_failuresPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There was none, or it may not be touched; both are as good.
        }
    }

    // Failed lines may hold what is not for other users of the machine.
    private static void CreatePrivate(string directory)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(directory);
        else
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static long? Number(JsonElement root, string name) =>
        root.At(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}
