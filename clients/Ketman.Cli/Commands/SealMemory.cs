using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ketman.Cli.Commands;

/// <summary>
/// Remembers the last seal that was verified here, outside of the platform's reach: whoever owns the database can take back the last seals
/// and have the log sealed anew, but not make us forget that we saw another. One file for each platform, service and key, so that a
/// platform which was made anew is another one.
/// </summary>
internal sealed class SealMemory
{
    private readonly string _path;

    private SealMemory(string path) => _path = path;

    /// <summary>What is remembered, in <c>$XDG_STATE_HOME/ketman/seals</c>.</summary>
    public static SealMemory For(Surroundings surroundings, Uri server, string service, string key)
    {
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{server.GetLeftPart(UriPartial.Path)}|{service}|{key}"));
        return new SealMemory(Path.Combine(surroundings.StateFolder, "seals", Convert.ToHexStringLower(name.AsSpan(0, 16))));
    }

    /// <summary>The last seal and its hash; null when none is remembered.</summary>
    public (long Number, string Hash)? Load()
    {
        try
        {
            return File.ReadAllText(_path).Trim().Split(' ') is [var number, { Length: 64 } hash]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var known) ? (known, hash) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Notes a seal; what cannot be written is no reason to stop.</summary>
    public void Save(long number, string hash)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
            File.WriteAllText(_path, string.Create(CultureInfo.InvariantCulture, $"{number} {hash}\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
