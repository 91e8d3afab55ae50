using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ketman.Gateway.Users;

namespace Ketman.Gateway.Sessions;

/// <summary>
/// Says of a browser that this user came in here before: a random id and the gateway's word for it and the name. It opens
/// nothing; attempts in such a browser are only counted for themselves (see <see cref="SignInAttempts"/>).
/// </summary>
internal sealed class BrowserCookie(UserSecrets secrets)
{
    public const string Name = "__Host-ketman-browser";
    public const string LoopbackName = "ketman-browser";

    private const int IdLength = 22;
    private static readonly TimeSpan Life = TimeSpan.FromDays(400);

    /// <summary>The browser's id when it is known to be this user's; else empty.</summary>
    public byte[] KnownBy(HttpRequest request, string user)
    {
        if (request.Cookies[SessionCookie.NameFor(request, Name, LoopbackName)] is not { Length: > IdLength } given || given[IdLength] != '.')
        {
            return [];
        }

        var word = Base64Url.EncodeToString(secrets.Vouch(user, given[..IdLength]));
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(word), Encoding.UTF8.GetBytes(given[(IdLength + 1)..]))
            ? Encoding.UTF8.GetBytes(given[..IdLength])
            : [];
    }

    /// <summary>Remembers that the user came in here.</summary>
    public void Set(HttpContext context, string user, DateTimeOffset now)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        context.Response.Cookies.Append(
            SessionCookie.NameFor(context.Request, Name, LoopbackName), $"{id}.{Base64Url.EncodeToString(secrets.Vouch(user, id))}",
            SessionCookie.OptionsFor(context.Request, now + Life));
    }
}
