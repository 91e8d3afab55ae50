using Ketman.Hosting.Web;

namespace Ketman.Gateway.Callers;

/// <summary>Reads the bodies of the gateway's own endpoints.</summary>
internal static class Bodies
{
    /// <summary>The body as <typeparamref name="T"/>.</summary>
    /// <exception cref="ProblemException">415 or 400, naming the member.</exception>
    public static async Task<T> ReadAsync<T>(this HttpRequest request, CancellationToken cancellation)
        where T : class
    {
        var body = await StrictJson.ReadBodyAsync(request, cancellation);
        return StrictJson.TryRead<T>(body.Span, out var value, out var error) ? value! : throw Wrong(error!);
    }

    /// <summary>400 that names a member.</summary>
    public static ProblemException Wrong(FieldError error) => new(Problems.InvalidRequest(error));
}
