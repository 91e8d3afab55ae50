using System.Buffers.Text;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text.Json;
using Ketman.Contracts;
using Microsoft.Net.Http.Headers;

namespace Ketman.Metrics.Reading;

/// <summary>Answers that carry an ETag of their content, so that looking again costs a client nothing when nothing has changed.</summary>
internal static class Tagged
{
    /// <summary>The value as JSON, or 304.</summary>
    public static IResult Json<T>(HttpContext context, T value) =>
        Bytes(context, JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options), MediaTypeNames.Application.Json);

    /// <summary>The content, or 304.</summary>
    public static IResult Bytes(HttpContext context, byte[] content, string type)
    {
        var tag = new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 16))}\"");
        var headers = context.Response.GetTypedHeaders();
        headers.ETag = tag;
        // Whoever reads through the gateway has rights of his own: no shared cache may answer for it.
        headers.CacheControl = new CacheControlHeaderValue { Private = true, NoCache = true };
        var seen = context.Request.GetTypedHeaders().IfNoneMatch;
        return seen.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false))
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Bytes(content, type);
    }
}
