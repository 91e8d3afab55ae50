using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Ketman.Gateway.OpenApi;
using Microsoft.OpenApi;

namespace Ketman.Gateway.Tests;

/// <summary>One description of the whole API.</summary>
public sealed class OpenApiTests : IAsyncLifetime
{
    private const string Intake =
        """
        {
          "openapi": "3.1.1", "info": { "title": "intake", "version": "v1" },
          "paths": {
            "/companies": { "post": { "operationId": "register-company", "responses": { "200": { "description": "done",
              "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Answer" } } } } } } },
            "/companies/{ref}": { "get": { "operationId": "get", "parameters": [{ "name": "ref", "in": "path", "required": true, "schema": { "type": "string" } }],
              "responses": { "200": { "description": "it", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/View" } } } } } } },
            "/internal/resolve": { "post": { "operationId": "resolve", "responses": { "200": { "description": "ids" } } } },
            "/health/live": { "get": { "responses": { "200": { "description": "alive" } } } }
          },
          "components": { "schemas": {
            "Answer": { "type": "object", "properties": { "events": { "type": "array", "items": { "$ref": "#/components/schemas/Event" } } } },
            "Event": { "type": "object", "properties": { "id": { "type": "string" } } },
            "View": { "type": "object", "properties": { "name": { "type": "string" } } },
            "Holder": { "type": "object", "properties": { "view": { "$ref": "#/components/schemas/View" } } }
          } }
        }
        """;

    private static readonly string Disclosures = Intake
        .Replace("/companies", "/disclosures", StringComparison.Ordinal).Replace("register-company", "open-disclosure", StringComparison.Ordinal)
        .Replace("\"name\": { \"type\"", "\"status\": { \"type\"", StringComparison.Ordinal);

    private Platform _platform = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _platform = await Platform.StartAsync(absent: ["metrics"]);
        _platform.Services["intake"].OpenApi = Intake;
        _platform.Services["disclosures"].OpenApi = Disclosures;
    }

    public async ValueTask DisposeAsync() => await _platform.DisposeAsync();

    [Fact]
    public async Task the_merged_document_is_valid_and_has_the_paths_of_the_api_only()
    {
        var text = await _platform.Admin.GetStringAsync("/openapi/v1.json", Cancellation);
        var read = OpenApiDocument.Parse(text, "json");
        read.Diagnostic!.Errors.ShouldBeEmpty();
        read.Diagnostic.Warnings.ShouldBeEmpty();
        read.Document!.Paths.Keys.Order().ShouldBe(
        [
            "/api/v1/account", "/api/v1/account/password", "/api/v1/account/recovery-codes", "/api/v1/account/sessions", "/api/v1/account/sessions/{id}", "/api/v1/account/totp",
            "/api/v1/account/totp/confirmation", "/api/v1/account/totp/removal", "/api/v1/audit", "/api/v1/audit/verification", "/api/v1/companies",
            "/api/v1/companies/{ref}", "/api/v1/disclosures", "/api/v1/disclosures/{ref}", "/api/v1/health", "/api/v1/invitations",
            "/api/v1/invitations/accept", "/api/v1/keys", "/api/v1/keys/{ref}", "/api/v1/keys/{ref}/rotation", "/api/v1/session", "/api/v1/sign-in",
            "/api/v1/sign-out", "/api/v1/users", "/api/v1/users/{name}", "/api/v1/users/{name}/clearance", "/api/v1/users/{name}/lock",
            "/api/v1/users/{name}/roles", "/api/v1/users/{name}/sessions", "/api/v1/users/{name}/sessions/{id}", "/api/v1/users/{name}/unlock",
            "/api/v1/whoami",
        ]);
        read.Document.Components!.SecuritySchemes!.Keys.ShouldBe(["key"]);
        RefsWithoutTarget(JsonNode.Parse(text)!.AsObject()).ShouldBeEmpty();

        var ids = read.Document.Paths.SelectMany(path => path.Value.Operations!.Values).Select(operation => operation.OperationId).ToList();
        ids.ShouldBeUnique();
        ids.ShouldContain("register-company");
        ids.ShouldContain("open-disclosure");
        ids.ShouldContain("get");
        ids.ShouldContain("disclosures-get");
    }

    [Fact]
    public async Task what_means_the_same_is_there_once_and_what_does_not_bears_its_services_name()
    {
        var document = (await _platform.Admin.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Cancellation))!;
        var schemas = document["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ToList();
        schemas.ShouldContain("Answer");
        schemas.ShouldContain("Event");
        schemas.ShouldContain("Intake.View");
        schemas.ShouldContain("Disclosures.View");
        // The same words, but what they refer to differs.
        schemas.ShouldContain("Intake.Holder");
        schemas.ShouldContain("Disclosures.Holder");
        schemas.ShouldNotContain("View");
    }

    [Fact]
    public async Task a_service_that_cannot_be_asked_is_named_as_missing()
    {
        var document = (await _platform.Admin.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Cancellation))!;
        document["info"]!["x-ketman-missing"]!.AsArray().Select(name => name!.GetValue<string>()).ShouldBe(["metrics"]);
        document["info"]!["description"]!.GetValue<string>().ShouldContain("INCOMPLETE: metrics");
    }

    [Fact]
    public void merging_a_document_with_itself_adds_nothing_but_its_paths()
    {
        var one = JsonNode.Parse(Intake)!.AsObject();
        var merged = OpenApiMerge.Merge([], [("a", one), ("b", JsonNode.Parse(Intake)!.AsObject())], (name, path) => $"/{name}{path}");
        merged["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ShouldBe(["Answer", "Event", "View", "Holder"]);
        merged["paths"]!.AsObject().Count.ShouldBe(8);
    }

    private static IEnumerable<string> RefsWithoutTarget(JsonObject document)
    {
        return Refs(document).Distinct().Where(reference =>
            reference[2..].Split('/').Aggregate((JsonNode?)document, (node, name) => (node as JsonObject)?[name]) is null);

        static IEnumerable<string> Refs(JsonNode? node) => node switch
        {
            JsonObject members => members.SelectMany(member => member.Key == "$ref" ? [member.Value!.GetValue<string>()] : Refs(member.Value)),
            JsonArray items => items.SelectMany(Refs),
            _ => [],
        };
    }
}
