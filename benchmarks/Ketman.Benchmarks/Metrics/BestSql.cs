using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Benchmarks.Metrics;

/// <summary>
/// Answers pages by the statements written for them, behind an HTTP server as bare as it can be: so that a page is compared with what the
/// database costs, and not with what HTTP does.
/// </summary>
internal sealed class BestSql : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly NpgsqlDataSource _database;

    private BestSql(WebApplication app, NpgsqlDataSource database) => (_app, _database) = (app, database);

    public Uri Url => new(_app.Urls.Single());

    public static async Task<BestSql> StartAsync(string connection, IReadOnlyList<Page> pages)
    {
        // As the services' own: statements that come again are prepared, and no page gets processes of its own.
        var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connection) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, NoResetOnClose = true, Options = "-c max_parallel_workers_per_gather=0" });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/{page:int}/{number:int}", (int page, int number, HttpContext context) => AnswerAsync(database, pages[page], number, context));
        await app.StartAsync();
        return new BestSql(app, database);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private static async Task AnswerAsync(NpgsqlDataSource database, Page page, int number, HttpContext context)
    {
        await using var batch = database.CreateBatch();
        foreach (var sql in page.Sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            if (sql.Contains("$1", StringComparison.Ordinal))
            {
                foreach (var value in page.Values(number))
                {
                    command.Parameters.Add(new NpgsqlParameter { Value = value });
                }
            }

            batch.BatchCommands.Add(command);
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartArray();
        await using (var rows = await batch.ExecuteReaderAsync(context.RequestAborted))
        {
            do
            {
                while (await rows.ReadAsync(context.RequestAborted))
                {
                    Write(writer, rows);
                }
            }
            while (await rows.NextResultAsync(context.RequestAborted));
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, NpgsqlDataReader row)
    {
        writer.WriteStartObject();
        for (var column = 0; column < row.FieldCount; column++)
        {
            if (row.IsDBNull(column))
            {
                continue;
            }

            writer.WritePropertyName(row.GetName(column));
            switch (row.GetValue(column))
            {
                case string text: writer.WriteStringValue(text); break;
                case Guid id: writer.WriteStringValue(id); break;
                case DateTime time: writer.WriteStringValue(time); break;
                case bool flag: writer.WriteBooleanValue(flag); break;
                case int number: writer.WriteNumberValue(number); break;
                case long number: writer.WriteNumberValue(number); break;
                case decimal number: writer.WriteNumberValue(number); break;
                case double number: writer.WriteNumberValue(number); break;
                case float number: writer.WriteNumberValue(number); break;
                case short number: writer.WriteNumberValue(number); break;
                case string[] texts: Write(writer, texts); break;
                case var other: writer.WriteStringValue(other.ToString()); break;
            }
        }

        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string[] texts)
    {
        writer.WriteStartArray();
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
