using System.Runtime.CompilerServices;
using Shouldly;

namespace Ketman.Testing;

/// <summary>Texts that were looked at and approved; they stand in the repository beside the test that compares with them.</summary>
public static class Approved
{
    /// <summary>
    /// Compares with the file <paramref name="name"/> in the folder <c>Approved</c> beside the calling test. What differs is put there
    /// as <c>*.received</c>: look at it, and rename it if it is right.
    /// </summary>
    public static void ShouldBeApproved(this string text, string name, [CallerFilePath] string test = "")
    {
        var file = Path.Combine(Path.GetDirectoryName(test)!, "Approved", name);
        var received = file + ".received";
        var approved = File.Exists(file) ? File.ReadAllText(file) : "";
        if (text == approved)
        {
            File.Delete(received);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(received, text);
        text.ShouldBe(approved, $"look at {received}, and rename it to {name} if it is right");
    }
}
