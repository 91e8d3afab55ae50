using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Cli.Output;
using Ketman.Proof;

namespace Ketman.Cli.Commands;

/// <summary>Verifies a dossier with nothing but the file.</summary>
internal static class DossierCheck
{
    private const long LargestFile = 256 * 1024 * 1024;

    private static readonly Column[] s_columns = [new("version", Right: true), new("recorded"), new("event"), new("says")];

    public static async Task<ExitCode> RunAsync(Session session, string path, string? keyPath, CancellationToken cancellation)
    {
        var pinned = keyPath is null ? null : await KeyAsync(session, keyPath, cancellation);
        var report = DossierVerifier.Verify(await ReadAsync(session, path, cancellation), pinned);
        if (session.Json)
            session.Screen.Line(AsJson(report).ToJsonString());
        else
            Show(session, report);
        return report.Holds ? ExitCode.Ok : ExitCode.Broken;
    }

    private static async Task<byte[]> ReadAsync(Session session, string path, CancellationToken cancellation)
    {
        var file = new FileInfo(Path.Combine(session.Surroundings.Directory, path));
        try
        {
            return file.Length <= LargestFile
                ? await File.ReadAllBytesAsync(file.FullName, cancellation)
                : throw new CliException(ExitCode.Usage, $"{path}: larger than any dossier.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"{path}: there is no such file, or it cannot be read.");
        }
    }

    private static async Task<Ed25519PublicKey> KeyAsync(Session session, string path, CancellationToken cancellation)
    {
        try
        {
            return Ed25519PublicKey.FromPem(await File.ReadAllTextAsync(Path.Combine(session.Surroundings.Directory, path), cancellation));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException(ExitCode.Usage, $"--key: expected a file with an Ed25519 public key (PEM); {path} is none.");
        }
    }

    private static void Show(Session session, DossierReport report)
    {
        var screen = session.Screen;
        screen.Heading($"{report.Reference ?? (report.Stream.Length > 0 ? report.Stream : "The file")}: {(report.Holds ? "holds" : "BROKEN")}");
        foreach (var fault in report.Faults)
            screen.Line($"  {fault.Message}");
        screen.Facts(
        [
            ("from", report.Service.Length > 0 ? $"the log of {report.Service}, {report.Stream}" : null),
            ("exported", report.ExportedAt.Length > 0 ? session.Time(report.ExportedAt) : null),
            ("marking", report.Marking),
            ("events", report.Through > 0 ? $"{report.Shown.Count} shown, {report.Withheld} withheld" : null),
            ("sealed", report.Through > 0 ? $"up to version {report.SealedThrough}, of {report.Through} at export" : null),
            ("signed by", report.KeyId.Length > 0 ? report.KeyId : null),
        ]);
        if (!report.Holds)
            return;

        screen.Line();
        screen.Table(
            s_columns, [.. report.Shown.Select(shown => (string?[])[$"{shown.Version}", Time(session, shown), Words(shown.Content.Type), Says(shown)])], "It shows no event.");
        screen.Line();
        screen.Line("Proven: these events stand in the log exactly like this, and of the whole stream up to the sealed version none was changed,");
        screen.Line("left out, added or moved since it was sealed.");
        screen.Line(report.IsPinned
            ? "Not proven: that what was recorded is true, what withheld events say, and what happened after the last version in it."
            : "Not proven: whose key it is (compare the fingerprint with one that came another way, or give --key FILE), that what was recorded is");
        if (!report.IsPinned)
            screen.Line("true, what withheld events say, and what happened after the last version in it.");
    }

    private static string? Time(Session session, DossierShown shown) => session.Time(shown.Content.RecordedAt.ToString("O"));

    private static string Words(string type) => type.Split('.')[0].Replace('-', ' ');

    private static string Says(DossierShown shown)
    {
        using var data = JsonDocument.Parse(shown.Content.Data);
        return string.Join("; ", data.RootElement.EnumerateObject().Select(member => $"{Json.Words(member.Name)} {Plain(member.Value, shown)}"));
    }

    private static string Plain(JsonElement value, DossierShown shown) =>
        value.ValueKind is JsonValueKind.String && shown.Personal.TryGetValue(value.GetString()!, out var text)
            ? text ?? "(personal, withheld)"
            : Json.Plain(value);

    private static JsonObject AsJson(DossierReport report) => new()
    {
        ["holds"] = report.Holds,
        ["faults"] = new JsonArray([.. report.Faults.Select(fault => new JsonObject { ["version"] = fault.Version, ["message"] = fault.Message })]),
        ["service"] = report.Service,
        ["stream"] = report.Stream,
        ["reference"] = report.Reference,
        ["marking"] = report.Marking,
        ["exportedAt"] = report.ExportedAt,
        ["through"] = report.Through,
        ["sealedThrough"] = report.SealedThrough,
        ["shown"] = report.Shown.Count,
        ["withheld"] = report.Withheld,
        ["signedBy"] = report.KeyId,
        ["keyPinned"] = report.IsPinned,
    };
}
