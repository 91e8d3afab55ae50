using System.Buffers;
using System.CommandLine;
using System.Text.Json;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary><c>leads open LEAD</c>: a lead becomes a disclosure to the company it concerns.</summary>
internal static class DiscloseVerb
{
    public static Verb Create()
    {
        var lead = new Argument<string>("lead") { Description = "the lead: its handle or id, e.g. lead-quietfox", HelpName = "LEAD" };
        var company = new Option<string?>("--company") { Description = "the company to tell, e.g. halcyon (default: the one the lead concerns)", HelpName = "company" };
        var handle = new Option<string?>("--handle") { Description = "the disclosure's short name, e.g. halcyon-2025-02 (default: <company>-<yyyy-mm>)", HelpName = "handle" };
        var title = new Option<string?>("--title") { Description = "what it is about, e.g. \"A core contributor is an insider\"", HelpName = "title" };
        var at = new Option<string?>("--at") { Description = "when it was opened, e.g. 2025-02-03 (default: now)", HelpName = "at" };
        var key = new Option<string?>("--key") { Description = "the Idempotency-Key, e.g. open-halcyon (default: drawn)", HelpName = "key" };
        return new Verb("open", "Opens a lead as a disclosure to a company, with the accounts that the lead names.",
                "ketman leads open lead-quietfox --company halcyon", "ketman leads open lead-quietfox --handle halcyon-2025-02 --at 2025-02-03")
            .With(lead, company, handle, title, at, key)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(lead);
                var found = (await session.Platform.GetAsync($"leads/{Uri.EscapeDataString(wanted)}", cancellation)).OrRefuse();
                using var document = Session.Read(found);
                var target = session.Parsed.GetValue(company) ?? Reference(document.RootElement, "company")
                    ?? throw new CliException(ExitCode.Usage, $"The lead {wanted} names no company: say which with --company, e.g. --company halcyon.");

                var body = Body(session, document.RootElement, wanted, target,
                    (handle, "handle"), (title, "title"), (at, "at"));
                var answer = (await session.Platform.PostAsync(
                    "disclosures", body, session.Parsed.GetValue(key) ?? Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var opened = Session.Read(answer);
                session.Screen.Line($"{wanted} is open as the disclosure {opened.RootElement.Text("ref")}. Next: ketman outreach log {opened.RootElement.Text("ref")} --channel email");
                return ExitCode.Ok;
            });
    }

    private static ReadOnlyMemory<byte> Body(
        Session session, JsonElement lead, string reference, string company, params ReadOnlySpan<(Option<string?> Option, string Member)> options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("company", company);
            json.WriteString("lead", reference);
            foreach (var (option, member) in options)
            {
                if (session.Parsed.GetValue(option) is not { } text)
                    continue;
                json.WriteString(member, member is "at" ? WriteVerb.ReadMoment(session, text) ?? throw new CliException(ExitCode.Usage, $"--at: {WriteVerb.MomentExpected}.") : text);
            }

            json.WriteStartArray("accounts");
            foreach (var account in lead.Items("accounts"))
                json.WriteStringValue(account.ValueKind is JsonValueKind.Object ? account.Text("ref", "id") : Json.Plain(account));
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    // Whether a thing is named by an object or by its handle is the platform's choice; both name it.
    private static string? Reference(JsonElement lead, string member) => lead.At(member) is { } value
        ? value.ValueKind is JsonValueKind.Object ? value.Text("handle", "ref", "id") : value.GetString()
        : lead.Text("companyId");
}
