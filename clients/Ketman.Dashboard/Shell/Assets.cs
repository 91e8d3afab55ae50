using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;

namespace Ketman.Dashboard.Shell;

/// <summary>Scripts, styles and pictures as the build bundled and compressed them (build.mjs), served out of memory.</summary>
public sealed class Assets
{
    private const string Prefix = "assets/";
    private readonly FrozenDictionary<string, string> _names;
    private readonly FrozenDictionary<string, byte[]> _files;

    public Assets()
    {
        var assembly = Assembly.GetExecutingAssembly();
        _files = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name => Read(assembly, name));
        _names = JsonSerializer.Deserialize<Dictionary<string, string>>(_files["manifest.json"])!.ToFrozenDictionary();
    }

    /// <summary>The address of an asset, e.g. of <c>app.js</c>; another with each content, so that browsers may keep it for ever.</summary>
    public string this[string name] => "/assets/" + _names[name];

    /// <summary>The file in the best form that the browser takes, or null when there is none of that name.</summary>
    public (byte[] Bytes, string? Encoding)? Find(string file, string accepted) =>
        accepted.Contains("br", StringComparison.Ordinal) && _files.TryGetValue(file + ".br", out var brotli) ? (brotli, "br")
        : accepted.Contains("gzip", StringComparison.Ordinal) && _files.TryGetValue(file + ".gz", out var gzip) ? (gzip, "gzip")
        : _files.TryGetValue(file, out var plain) ? (plain, null)
        : null;

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>Answers for what is below <c>/assets</c>, before anybody asks who it is for: nothing of a case is in it.</summary>
public static class AssetAnswers
{
    public static IApplicationBuilder UseAssets(this IApplicationBuilder app)
    {
        var assets = app.ApplicationServices.GetRequiredService<Assets>();
        return app.Use(async (context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/assets", out var rest) || !HttpMethods.IsGet(context.Request.Method))
            {
                await next(context);
                return;
            }

            var name = rest.Value!.TrimStart('/');
            if (assets.Find(name, context.Request.Headers.AcceptEncoding.ToString()) is not { } found || TypeOf(name) is not { } type)
            {
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return;
            }

            var headers = context.Response.Headers;
            headers.CacheControl = "public, max-age=31536000, immutable";
            headers.Vary = "Accept-Encoding";
            headers.ContentType = type;
            headers.ContentLength = found.Bytes.Length;
            if (found.Encoding is not null)
            {
                headers.ContentEncoding = found.Encoding;
            }

            await context.Response.Body.WriteAsync(found.Bytes, context.RequestAborted);
        });
    }

    private static string? TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => null,
    };
}
