using System.Globalization;

namespace Ketman.Hosting.Auth;

/// <summary>
/// A secret on its way into a file: under its name the file is either whole or absent, and it is never readable by others, not
/// even for a moment.
/// </summary>
public sealed class OwnerOnlyFile : IDisposable
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _file;
    private readonly string _staged;

    private OwnerOnlyFile(string file)
    {
        _file = file;
        _staged = string.Create(CultureInfo.InvariantCulture, $"{file}.{Guid.NewGuid():N}.tmp");
    }

    /// <summary>Writes the text beside its place, on disk when this returns.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It must not be written.</exception>
    public static OwnerOnlyFile Stage(string file, string text)
    {
        var staged = new OwnerOnlyFile(file);
        try
        {
            staged.Write(text);
            return staged;
        }
        catch
        {
            staged.Dispose();
            throw;
        }
    }

    /// <summary>Writes the text into its place at once.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string file, string text)
    {
        using var staged = Stage(file, text);
        staged.Publish();
    }

    /// <summary>Takes from others what they may do with an existing file.</summary>
    public static void Close(string file)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(file) != Mode)
        {
            File.SetUnixFileMode(file, Mode);
        }
    }

    /// <summary>Puts the file in its place, over one that is there.</summary>
    public void Publish() => File.Move(_staged, _file, overwrite: true);

    /// <summary>Removes what was not published.</summary>
    public void Dispose() => File.Delete(_staged);

    private void Write(string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Mode;
        }

        using var stream = new FileStream(_staged, options);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
        writer.Flush();
        stream.Flush(flushToDisk: true);
    }
}
