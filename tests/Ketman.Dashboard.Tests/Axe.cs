using System.Text.Json;
using Microsoft.Playwright;

namespace Ketman.Dashboard.Tests;

/// <summary>axe-core, as the lock file of the dashboard has it.</summary>
internal static class Axe
{
    private static readonly Lazy<string> Script = new(() => File.ReadAllText(
        Path.Combine(WholePlatform.Root, "clients", "Ketman.Dashboard", "node_modules", "axe-core", "axe.min.js")));

    /// <summary>Says what of the page keeps people out, one line for each element.</summary>
    public static Task<IReadOnlyList<string>> FindAsync(IPage page) => RunAsync(page, "{}");

    /// <summary>The same of a page that was looked at before and has other colours now: what rests on colours alone.</summary>
    public static Task<IReadOnlyList<string>> FindInTheDarkAsync(IPage page) => RunAsync(page, "{ runOnly: ['color-contrast', 'link-in-text-block'] }");

    private static async Task<IReadOnlyList<string>> RunAsync(IPage page, string options)
    {
        await page.EvaluateAsync(Script.Value);
        var found = await page.EvaluateAsync<JsonElement>($"async () => (await axe.run({options})).violations.flatMap(v => v.nodes.map(n => `${{v.id}}: ${{n.target}} ${{n.failureSummary}}`))");
        return [.. found.EnumerateArray().Select(one => one.GetString()!)];
    }
}
