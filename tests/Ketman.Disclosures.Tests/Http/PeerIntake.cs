using System.Text.Json;
using Ketman.Contracts;
using Ketman.EventStore.Deciding;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>Intake as Disclosures meets it: an address that says what references mean, or is silent.</summary>
internal sealed class PeerIntake : IAsyncDisposable
{
    private static readonly string[] Companies = ["quietharbour", "halcyon", "meridian", "a-company-whose-handle-is-as-long-as-a-handle-may-be-which-is-63"];
    private static readonly string[] Accounts = ["github:fox", "github:owl"];
    private static readonly string[] Leads = ["lead-fox"];
    private readonly WebApplication _app;

    private PeerIntake(WebApplication app) => _app = app;

    /// <summary>Whether it breaks connections off instead of answering.</summary>
    public bool Silent { get; set; }

    /// <summary>The calendar that every company has.</summary>
    public object? Calendar { get; set; }

    /// <summary>The zone that every company is in.</summary>
    public string? Zone { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Questions { get; private set; }

    public Uri Url => new(_app.Urls.Single());

    public static Guid IdOf(string kind, string reference) => DeterministicId.From($"peer-{kind}", reference);

    public static async Task<PeerIntake> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var peer = new PeerIntake(builder.Build());
        peer._app.MapPost("internal/resolve", peer.AnswerAsync);
        await peer._app.StartAsync();
        return peer;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        Questions++;
        if (Silent)
        {
            context.Abort();
            return;
        }

        context.Request.Headers.Authorization.ToString().ShouldStartWith("Bearer ");
        using var question = await JsonDocument.ParseAsync(context.Request.Body);
        await context.Response.WriteAsJsonAsync(
            new Dictionary<string, object>
            {
                ["companies"] = Answers(question, "companies", "company", Companies),
                ["accounts"] = Answers(question, "accounts", "account", Accounts),
                ["leads"] = Answers(question, "leads", "lead", Leads),
            },
            ContractJson.Options);
    }

    private Dictionary<string, object?> Answers(JsonDocument question, string member, string kind, string[] known) =>
        question.RootElement.GetProperty(member).EnumerateArray().Select(text => text.GetString()!).Distinct().ToDictionary(
            text => text,
            text => known.FirstOrDefault(one => one == text || IdOf(kind, one).ToString("D") == text) is { } found
                ? (object)new { id = IdOf(kind, found), @ref = found, zone = kind == "company" ? Zone : null, calendar = kind == "company" ? Calendar : null }
                : null);
}
