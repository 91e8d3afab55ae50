namespace Ketman.Metrics.Tests;

/// <summary>Texts that somebody has looked at and approved; a difference is a failure, and the new text lies beside the old one.</summary>
internal static class Approved
{
    public static void ShouldBeApproved(this string text, string name)
    {
        var approved = Path.Combine(AppContext.BaseDirectory, "Approved", name);
        var received = Path.Combine(AppContext.BaseDirectory, "Approved", "received." + name);
        if (!File.Exists(approved) || File.ReadAllText(approved) != text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(received)!);
            File.WriteAllText(received, text);
        }

        File.Exists(approved).ShouldBeTrue($"nobody has approved {name} yet; the text is in {received}");
        text.ShouldBe(File.ReadAllText(approved), $"if the change is meant, copy {received} over tests/Ketman.Metrics.Tests/Approved/{name}");
    }
}
