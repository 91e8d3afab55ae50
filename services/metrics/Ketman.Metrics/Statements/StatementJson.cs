using System.Text.Encodings.Web;
using System.Text.Json;
using Ketman.Contracts;

namespace Ketman.Metrics.Statements;

/// <summary>
/// The statement as data: each figure with its definition and the ids of the events behind it. Companies that must not be named
/// are ids only; of workers and accounts there are only ids.
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
    public static byte[] Write(Statement statement) => JsonSerializer.SerializeToUtf8Bytes(statement, Readable);
}
