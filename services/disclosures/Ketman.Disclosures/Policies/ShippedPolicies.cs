using System.Reflection;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;
using Npgsql;

namespace Ketman.Disclosures.Policies;

/// <summary>The policies that come with the platform. They are applied before the service serves anybody.</summary>
internal sealed class ShippedPolicies(IEventStore store, PolicyTable table, TimeProvider time)
{
    /// <summary>Who applied them, in their events.</summary>
    public const string By = "ketman";

    private const string Folder = "Ketman.Disclosures.Policies.Shipped.";

    /// <summary>All of them, by name.</summary>
    public static IReadOnlyList<PolicyText> All { get; } =
    [
        .. typeof(ShippedPolicies).Assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Select(Read),
    ];

    /// <summary>
    /// Applies what is new in this build. Any number of instances may do so at once, and as often as they start: what was applied
    /// before (also by a newer build, or where the team went another way since) is left as it is.
    /// </summary>
    public async Task ApplyAsync(CancellationToken cancellation)
    {
        foreach (var policy in All)
        {
            while (!await TryApplyAsync(policy, cancellation))
            {
                // Another instance came first; what it did is read, and mostly it was the same.
            }
        }
    }

    private async Task<bool> TryApplyAsync(PolicyText policy, CancellationToken cancellation)
    {
        var id = PolicyHistory.Aggregate.IdOf(policy.Document.Name);
        var stream = PolicyHistory.Aggregate.StreamOf(id);
        var past = await store.ReadToDecideAsync(stream, cancellation);
        var versions = past.Events.Select(one => one.Data).OfType<PolicyApplied>().ToList();
        if (versions.Count > 0 && (versions[^1].By != By || versions.Any(version => version.Digest == policy.Digest)))
        {
            return true;
        }

        var now = Moment.At(time.GetUtcNow());
        // The same document is the same event whoever applies it, so even two at once cannot make two of it.
        var added = new NewEvent(
            DeterministicId.From(stream, $"shipped:{policy.Digest}"),
            new PolicyApplied(now, policy.Document.Name, versions.Count + 1, policy.Text, policy.Digest, By, null));
        try
        {
            await store.AppendAsync(
                [new StreamAppend(stream, past.Version, past.LastHash, [added], new EventMetadata(now.Start, By, added.Id, null, null, null))],
                [.. table.Write(stream, id, [new VersionedEvent(added, past.Version + 1)])],
                cancellation);
            return true;
        }
        catch (Exception e) when (e is WrongExpectedVersionException or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return false;
        }
    }

    private static PolicyText Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using var document = JsonDocument.Parse(stream);
        var problems = PolicyText.Read(document.RootElement, out var policy);
        return policy ?? throw new InvalidOperationException($"{resource} is no valid policy: {string.Join("; ", problems)}");
    }
}
