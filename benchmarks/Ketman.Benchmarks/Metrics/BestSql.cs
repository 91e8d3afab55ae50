using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ketman.Benchmarks.Metrics;

/// <summary>
/// Answers pages by the statements written for them, behind an HTTP server as bare as it can be, in a process of its own as the service is: so that a
/// page is compared with what the database costs, and not with what HTTP does.
/// </summary>
internal sealed class BestSql : IAsyncDisposable
{
    /// <summary>The first word of the command line of that process.</summary>
    public const string Command = "serve-best-sql";

    private readonly Process _process;

    private BestSql(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    public static async Task<BestSql> StartAsync(string connection, int cases, CancellationToken cancellation)
    {
        var process = Process.Start(new ProcessStartInfo("dotnet", [typeof(BestSql).Assembly.Location, Command, connection, cases.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new BestSql(process, new Uri((await process.StandardOutput.ReadLineAsync(cancellation))!));
    }

    /// <summary>Is that process: says its address, and answers until nobody is there any more who started it.</summary>
    public static async Task<int> ServeAsync(string connection, int cases)
    {
        var pages = Page.All(GeneratedHistory.UpToToday(cases));
        // As the services' own: statements that come again are prepared, and no page gets processes of its own.
        await using var database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connection) { MaxAutoPrepare = 100, AutoPrepareMinUsages = 2, NoResetOnClose = true, Options = "-c max_parallel_workers_per_gather=0" });
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.MapGet("/{page:int}/{number:int}", (int page, int number, HttpContext context) => AnswerAsync(database, pages[page], number, context));
        await app.StartAsync();
        Console.WriteLine(app.Urls.Single());
        await Console.In.ReadToEndAsync();
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
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
