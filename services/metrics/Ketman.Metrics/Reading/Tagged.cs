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
    public static IResult Bytes(HttpContext context, byte[] content, string type) => Bytes(context, TaggedContent.Of(content), type);

    /// <summary>The content, or 304.</summary>
    public static IResult Bytes(HttpContext context, TaggedContent content, string type)
    {
        var headers = context.Response.Headers;
        headers.ETag = content.Tag;
        // Whoever reads through the gateway has rights of his own: no shared cache may answer for it.
        headers.CacheControl = "no-cache, private";
        return IsSeen(context.Request, content.Tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Bytes(content.Content, type);
    }

    private static bool IsSeen(HttpRequest request, string tag)
    {
        if (request.Headers.IfNoneMatch.Count == 0)
        {
            return false;
        }

        var own = new EntityTagHeaderValue(tag);
        return request.GetTypedHeaders().IfNoneMatch.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(own, useStrongComparison: false));
    }
}

/// <summary>A content with the ETag that follows from it.</summary>
/// <param name="Content">What is answered.</param>
/// <param name="Tag">In quotation marks.</param>
internal sealed record TaggedContent(byte[] Content, string Tag)
{
    /// <summary>Works the tag out.</summary>
    public static TaggedContent Of(byte[] content) => new(content, $"\"{Base64Url.EncodeToString(SHA256.HashData(content).AsSpan(0, 16))}\"");
}
