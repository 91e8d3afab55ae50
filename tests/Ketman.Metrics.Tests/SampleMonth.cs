using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Tests;

/// <summary>
/// The sample month as contracts, read straight from the import files. What the services do with the same lines is tested end
/// to end; here it is about what is counted from them.
/// </summary>
internal static class SampleMonth
{
    private static readonly DateTimeOffset RecordedAt = new(2025, 4, 1, 9, 0, 0, TimeSpan.Zero);

    public static IReadOnlyList<Fact> Facts { get; } = Read();

    /// <summary>The id of the event that a line with this key became.</summary>
    public static Guid Event(string aggregate, string handle, string key) => DeterministicId.From(Stream(aggregate, handle), key);

    public static Guid CompanyId(string handle) => DeterministicId.From("company", handle);

    public static Guid DisclosureId(string handle) => DeterministicId.From("disclosure", handle);

    public static Guid AccountId(string reference) => DeterministicId.From("account", reference);

    private static string Stream(string aggregate, string handle) => $"{aggregate}-{DeterministicId.From(aggregate, handle):D}";

    private static List<Fact> Read()
    {
        List<Fact> facts = [];
        Dictionary<string, long> versions = [];
        foreach (var line in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Sample")).Order(StringComparer.Ordinal).SelectMany(Lines))
        {
            foreach (var (aggregate, handle, key, at, said) in Events(line))
            {
                var stream = Stream(aggregate, handle);
                var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
                facts.Add(new Fact(
                    DeterministicId.From(stream, key), DeterministicId.From(aggregate, handle), version, at, RecordedAt.AddSeconds(facts.Count), "sample", said));
            }
        }

        return facts;
    }

    private static IEnumerable<JsonObject> Lines(string file)
    {
        var lines = File.ReadAllLines(file);
        if (file.EndsWith(".jsonl", StringComparison.Ordinal))
        {
            return lines.Select(line => JsonNode.Parse(line)!.AsObject());
        }

        var header = lines[0].Split(',');
        return lines.Skip(1).Select(line => new JsonObject(header.Zip(line.Split(','))
            .Where(cell => cell.Second.Length > 0).Select(cell => KeyValuePair.Create(cell.First, Cell(cell.First, cell.Second)))));
    }

    private static JsonNode? Cell(string column, string text) => column switch
    {
        "firstActiveYear" => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture),
        "active" => bool.Parse(text),
        _ => text,
    };

    private static IEnumerable<(string Aggregate, string Handle, string Key, Moment At, object Said)> Events(JsonObject line)
    {
        var type = Text("type")!;
        var at = Text("at") is { } said && Moment.TryParse(said, out var moment) ? moment : Moment.At(RecordedAt);
        var key = Text("key") ?? "created";
        switch (type)
        {
            case "register-company":
                yield return ("company", Text("handle")!, key, at, new CompanyRegistered(
                    CompanyId(Text("handle")!), Text("handle")!, Text("name")!, Text("domain"), [], (int?)line["tvlRank"], Text("zone")));
                yield break;
            case "wish-privacy":
                yield return ("company", Text("company")!, key, at, new CompanyPrivacyWished(CompanyId(Text("company")!), PrivacyWish.Private));
                yield break;
            case "add-contact" or "open-lead" or "add-evidence" or "dismiss-lead":
                yield break;
            case "register-account":
                var reference = $"{Text("platform")}:{Text("handle")}";
                yield return ("account", reference, key, at, new AccountRegistered(
                    AccountId(reference), Text("platform")!, Text("handle")!, (int?)line["firstActiveYear"], Text("actor")));
                yield break;
        }

        if (Text("disclosure") is { } disclosure)
        {
            foreach (var (ordinal, fact) in OfCase(line, type, DisclosureId(disclosure), Event("disclosure", disclosure, key), disclosure).Index())
            {
                yield return ("disclosure", disclosure, ordinal == 0 ? key : $"{key}#{ordinal}", at, fact);
            }
        }
        else if (type == "open-disclosure")
        {
            var handle = Text("handle")!;
            yield return ("disclosure", handle, key, at, new DisclosureOpened(
                DisclosureId(handle), handle, CompanyId(Text("company")!), Text("title"), null, [.. Texts("accounts").Select(AccountId)]));
        }
        else
        {
            yield return ("account", Text("account")!, key, at, OfAccount(line, type, AccountId(Text("account")!)));
        }

        string? Text(string member) => (string?)line[member];
        IEnumerable<string> Texts(string member) => line[member]?.AsArray().Select(node => (string)node!) ?? [];
    }

    private static object OfAccount(JsonObject line, string type, Guid account) => type switch
    {
        "flag-account" => new AccountFlagged(account),
        "index-account" => new AccountIndexed(account, (bool)line["active"]!, Employers(line)),
        "confirm-account" => new AccountConfirmed(account),
        "clear-account" => new AccountCleared(account),
        "observe-activity" => new AccountActivityObserved(account, (bool)line["active"]!),
        "observe-employment" => new AccountEmploymentObserved(account, Employers(line)),
        "merge-account" => new AccountMerged(account, AccountId((string)line["into"]!)),
        _ => throw new InvalidOperationException($"The sample has a line that this test does not know: {type}."),
    };

    private static List<string> Employers(JsonObject line) => [.. line["employedAt"]?.AsArray().Select(node => (string)node!) ?? []];

    private static IEnumerable<object> OfCase(JsonObject line, string type, Guid id, Guid self, string handle)
    {
        string? Text(string member) => (string?)line[member];
        Guid Fact(string member) => Event("disclosure", handle, Text(member)!);
        Guid Account() => AccountId(Text("account")!);
        T Word<T>(string member) => line[member].Deserialize<T>(ContractJson.Options)!;
        switch (type)
        {
            case "add-finding": yield return new FindingAdded(id, Text("summary")!, Account(), null, null); break;
            case "record-merge": yield return new CodeMerged(id, Account(), Text("repository")!, null); break;
            case "record-payment":
                yield return new PaymentRecorded(id, Account(), Text("asset")!, Number("amount")!.Value, Usd(), Text("priceSource"), Text("reference"), Kind());
                break;
            case "correct-payment":
                yield return new PaymentCorrected(
                    id, Fact("payment"), Account(), Text("asset")!, Number("amount")!.Value, Usd(), Text("priceSource"), Text("reference"), Text("reason")!, Kind());
                break;
            case "establish-engagement": yield return new EngagementEstablished(id, Account(), ActorRole.Worker); break;
            case "confirm-worker": yield return new WorkerConfirmed(id, Account(), Word<ConfirmationBasis>("basis")); break;
            case "revoke-access": yield return new AccessRevoked(id, Account(), Text("what")); break;
            case "log-outreach":
                var channel = Word<Channel>("channel");
                yield return new OutreachAttempted(id, channel, Text("recipient"), null, Text("by") ?? "sample", Text("summary"));
                switch (Text("outcome"))
                {
                    case "delivered": yield return new OutreachDelivered(id, self); break;
                    case "bounced": yield return new OutreachBounced(id, self, null); break;
                    case "answered":
                        yield return new OutreachAnswered(id, self, false, null, null);
                        yield return new DisclosureAcknowledged(id, self, channel, null);
                        break;
                }

                break;
            case "record-answer":
                var automatic = (bool?)line["automatic"] ?? false;
                yield return new OutreachAnswered(id, Fact("outreach"), automatic, Text("from"), Text("summary"));
                if (!automatic)
                {
                    yield return new DisclosureAcknowledged(id, Fact("outreach"), null, Text("from"));
                }

                break;
            case "acknowledge": yield return new DisclosureAcknowledged(id, Fact("outreach"), Word<Channel>("channel"), Text("from")); break;
            case "classify-reaction": yield return new ReactionClassified(id, Word<Reaction>("reaction"), Text("note")); break;
            case "make-commitment": yield return new CommitmentMade(id, Text("what")!, Word<Moment>("due"), Text("from")); break;
            case "request-update": yield return new UpdateRequested(id, Word<Channel>("channel"), Text("about")); break;
            case "assess-implant": yield return new ImplantAssessed(id, (bool)line["found"]!, Text("summary")); break;
            case "engage-help": yield return new PostExploitationHelpEngaged(id, Text("helper"), Text("summary")); break;
            case "resolve": yield return new DisclosureResolved(id, Word<ResolutionOutcome>("outcome"), Text("summary")); break;
            case "request-privacy": yield return new PrivacyRequested(id, Text("reason")); break;
            case "retract-fact": yield return new FactRetracted(id, Fact("fact"), Text("reason")!); break;
            default: throw new InvalidOperationException($"The sample has a line that this test does not know: {type}.");
        }

        decimal? Number(string member) => Text(member) is { } text ? decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;
        UsdValue? Usd() => Number("usd") is { } usd ? new UsdValue(usd, usd) : Number("usdLow") is { } low ? new UsdValue(low, Number("usdHigh")!.Value) : null;
        AssetKind Kind() => Text("asset") is "USDC" or "USDT" or "DAI" ? AssetKind.Stablecoin : AssetKind.Governance;
    }
}
