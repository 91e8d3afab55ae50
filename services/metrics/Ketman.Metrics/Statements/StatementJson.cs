using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The statement as data: each figure with its definition and the ids of the events behind it, as far as its reader may know of them.
/// What is withheld is listed, member by member.
/// </summary>
public static class StatementJson
{
    private static readonly JsonSerializerOptions Readable = new(ContractJson.Options)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NewLine = "\n",
    };

    /// <summary>Writes it, indented.</summary>
    public static byte[] Write(StatementView view) => Write(Cut(view));

    /// <summary>The same as nodes.</summary>
    internal static JsonObject Cut(StatementView view)
    {
        var cut = new Cutting(view);
        var root = JsonSerializer.SerializeToNode(view.Statement, Readable)!.AsObject();
        cut.All(root);
        root.Insert(1, "marking", JsonSerializer.SerializeToNode(view.Level, Readable));
        // Who wrote a note is the team's business.
        root["notes"] = new JsonArray([.. view.Notes.Select(note => JsonSerializer.SerializeToNode(
            new { note.Section, note.Text, note.Marking, By = view.Level >= Marking.Usual ? note.By : null, At = view.Level >= Marking.Usual ? note.At : (DateTimeOffset?)null }, Readable))]);
        root["withheld"] = JsonSerializer.SerializeToNode(cut.Parts, Readable);
        return root;
    }

    /// <summary>Any node in the form of a statement.</summary>
    internal static byte[] Write(JsonNode node) => JsonSerializer.SerializeToUtf8Bytes(node, Readable);

    private sealed class Cutting(StatementView view)
    {
        private readonly SortedDictionary<string, Tlp> _parts = new(StringComparer.Ordinal);

        public IEnumerable<WithheldPart> Parts => _parts.Select(part => new WithheldPart(part.Key, part.Value));

        public void All(JsonObject root)
        {
            foreach (var path in view.Numbers.Withheld)
            {
                Hide(root, path);
            }

            Affected(root["affectedCompanies"]!.AsObject());
            Workers(root["confirmedWorkers"]!.AsObject());
            Payments(root["moneyTransferred"]!.AsObject());
            Engagements(root["timeOfActivity"]!.AsObject());
            Accounts(root["indexedAccounts"]!.AsObject());
            Companies(root["reactions"]!.AsObject());
            Named(root["publications"]!.AsObject());
            foreach (var (name, figure) in root.ToList())
            {
                if (figure is JsonObject of)
                {
                    Events(of, name);
                }
            }
        }

        // confirmedWorkers.withCompany, affectedCompanies.relaxed.value or moneyTransferred.byAsset[USDC]
        private void Hide(JsonObject root, string path)
        {
            var names = path.Split('[')[0].Split('.');
            JsonNode? node = root;
            foreach (var name in names[..^1])
            {
                node = node?[name];
            }

            if (node is not JsonObject owner)
            {
                return;
            }

            if (path.EndsWith(']'))
            {
                // The row of a list goes without a trace of what it was.
                if (owner[names[^1]] is JsonArray rows)
                {
                    var key = path.Split('[')[1][..^1];
                    foreach (var row in rows.Where(row => IsOf(row!.AsObject(), names[^1], key)).ToList())
                    {
                        rows.Remove(row);
                    }

                    Note($"{string.Join('.', names)}", Tlp.Red);
                }
            }
            else if (names[^1] == "all")
            {
                foreach (var member in owner.Select(member => member.Key).Where(member => member != "definition").ToList())
                {
                    owner.Remove(member);
                }

                Note(names[0], Tlp.Red);
            }
            else if (owner.Remove(names[^1]))
            {
                Note(string.Join('.', names), Tlp.Red);
            }

            if (names is ["moneyTransferred", "value"])
            {
                owner.Remove("low");
                owner.Remove("high");
            }
        }

        private static bool IsOf(JsonObject row, string list, string key) => list switch
        {
            "byKind" => Text(row["kind"]) == Wire(key),
            "byAttitude" => Text(row["attitude"]) == Wire(key),
            _ => Text(row["asset"]) == key,
        };

        private void Affected(JsonObject figure) => Each(figure, "affectedCompanies", "companies", row =>
        {
            if (!Company(row, "affectedCompanies.companies"))
            {
                row.Remove("disclosures");
                row.Remove("events");
            }
        });

        private void Companies(JsonObject figure) => Each(figure, "reactions", "companies", row =>
        {
            if (!Company(row, "reactions.companies"))
            {
                foreach (var member in row.Select(member => member.Key).Where(member => member != "company").ToList())
                {
                    row.Remove(member);
                }
            }
        });

        // Name and address are public; the id follows from the handle, and what else is known of the company from the case.
        private void Named(JsonObject figure)
        {
            foreach (var row in figure["public"] is JsonArray rows ? rows.Select(row => row!.AsObject()) : [])
            {
                if (!view.Reader.Names(row["company"]!["id"]!.GetValue<Guid>()))
                {
                    row["company"] = new JsonObject { ["name"] = row["company"]!["name"]?.DeepClone() };
                    row.Remove("disclosure");
                    row.Remove("events");
                    Note("publications.public.company", Tlp.Red);
                }
            }
        }

        // Whoever is not named stands there in the same way, whatever the reason.
        private bool Company(JsonObject row, string path)
        {
            var id = row["company"]!["id"]!.GetValue<Guid>();
            if (view.Reader.Names(id))
            {
                return true;
            }

            row["company"] = new JsonObject { ["id"] = view.Disguise(id).ToString("D"), ["private"] = true };
            Note(path, Tlp.Red);
            return false;
        }

        private void Workers(JsonObject figure) => Each(figure, "confirmedWorkers", "workers", row =>
        {
            var known = view.Reader.KnowsEvent(row["event"]!.GetValue<Guid>());
            if (!known || view.Level < Tlp.AmberStrict)
            {
                row.Remove("accountId");
                Note("confirmedWorkers.workers.accountId", known ? Tlp.AmberStrict : Tlp.Red);
            }

            if (!known)
            {
                row.Remove("event");
                Note("confirmedWorkers.workers.event", Tlp.Red);
            }
        });

        private void Payments(JsonObject figure)
        {
            foreach (var list in new[] { "payments", "unpriced" })
            {
                if (figure[list] is JsonArray rows && (KeepKnown(rows, row => row["events"]!.AsArray()) || Touched("moneyTransferred")))
                {
                    Note($"moneyTransferred.{list}", Tlp.Red);
                }

                if (Touched("moneyTransferred"))
                {
                    figure.Remove(list);
                }
            }
        }

        private void Engagements(JsonObject figure)
        {
            if (figure["engagements"] is not JsonArray rows)
            {
                return;
            }

            if (KeepKnown(rows, row => row["events"]!.AsArray()) | Drop(rows, row => !view.Reader.Names(row["companyId"]!.GetValue<Guid>())))
            {
                Note("timeOfActivity.engagements", Tlp.Red);
            }
        }

        private void Accounts(JsonObject figure)
        {
            if (view.Level < Marking.Usual && figure.Remove("accounts"))
            {
                Note("indexedAccounts.accounts", Marking.Usual);
            }
        }

        // The rows of a figure of which a number is withheld would give that number.
        private void Each(JsonObject figure, string name, string list, Action<JsonObject> cut)
        {
            if (Touched(name))
            {
                figure.Remove(list);
                Note($"{name}.{list}", Tlp.Red);
            }
            else if (figure[list] is JsonArray rows)
            {
                var before = rows.Select(row => row!.AsObject()).ToList();
                before.ForEach(cut);
                // Where somebody stands in the order of the openings tells when his case was opened; who is not named stands at the end.
                foreach (var unnamed in before.Where(row => row["company"] is JsonObject { Count: 2 }).OrderBy(row => Text(row["company"]!["id"]), StringComparer.Ordinal).ToList())
                {
                    rows.Remove(unnamed);
                    rows.Add(unnamed);
                }
            }
        }

        private bool Touched(string figure) => view.Numbers.Touches(figure);

        private bool KeepKnown(JsonArray rows, Func<JsonObject, JsonArray> events) =>
            Drop(rows, row => events(row).Any(id => !view.Reader.KnowsEvent(id!.GetValue<Guid>())));

        private static bool Drop(JsonArray rows, Func<JsonObject, bool> unwanted)
        {
            var dropped = rows.Where(row => unwanted(row!.AsObject())).ToList();
            dropped.ForEach(row => rows.Remove(row));
            return dropped.Count > 0;
        }

        // The id of an event follows from its case's, and so from a handle: it can be guessed.
        private void Events(JsonObject of, string path)
        {
            foreach (var (name, member) in of.ToList())
            {
                if (name is "events" or "disclosures" && member is JsonArray ids)
                {
                    if (DropIds(ids, id => name == "events" ? !view.Reader.KnowsEvent(id) : !view.Reader.Knows(id)))
                    {
                        Note($"{path}.{name}", Tlp.Red);
                    }
                }
                else if (member is JsonObject inner)
                {
                    Events(inner, $"{path}.{name}");
                }
                else if (member is JsonArray rows)
                {
                    foreach (var row in rows.OfType<JsonObject>())
                    {
                        Events(row, $"{path}.{name}");
                    }
                }
            }
        }

        private static bool DropIds(JsonArray ids, Func<Guid, bool> unwanted)
        {
            var dropped = ids.Where(id => unwanted(id!.GetValue<Guid>())).ToList();
            dropped.ForEach(id => ids.Remove(id));
            return dropped.Count > 0;
        }

        private void Note(string path, Tlp marking) => _parts[path] = _parts.TryGetValue(path, out var before) ? Marking.Higher(before, marking) : marking;

        private static string? Text(JsonNode? node) => node?.GetValue<string>();

        private static string? Wire(string key) => key.Length == 0 ? null : JsonNamingPolicy.KebabCaseLower.ConvertName(key);
    }
}
