using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Ketman.Gateway.Users;
using Ketman.Hosting.Web;

namespace Ketman.Gateway.Doors;

/// <summary>
/// From where a browser came, said to the dashboard with the gateway's word for it: <c>address;unix seconds;hmac</c>. What the dashboard asks
/// for on the browser's behalf bears it again, and counts then, in rate limits and in the audit log, for the browser and not for the
/// dashboard. Whoever cannot sign it, which is everybody but the gateways, cannot choose an address.
/// </summary>
internal sealed class CallerVoucher(UserSecrets secrets, TimeProvider time)
{
    public const string Header = "X-Ketman-Caller";

    private const string Unknown = "-";
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private byte[]? _key;

    private byte[]? Key => _key ??= secrets.KeyFor("ketman caller");

    /// <summary>The header's value for this address; null while the gateway has no secret yet.</summary>
    public string? For(IPAddress? address)
    {
        if (Key is not { } key)
        {
            return null;
        }

        var plain = address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
        var said = string.Create(CultureInfo.InvariantCulture, $"{plain?.ToString() ?? Unknown};{time.GetUtcNow().ToUnixTimeSeconds()}");
        return $"{said};{Base64Url.EncodeToString(Sign(key, said))}";
    }

    /// <summary>Whether this is a gateway's own word, not older than two minutes, and the address that it says.</summary>
    public bool TryRead(string value, out IPAddress? address)
    {
        address = null;
        if (Key is not { } key || value.LastIndexOf(';') is not (> 0 and var end) || value.IndexOf(';', StringComparison.Ordinal) is var middle && middle == end)
        {
            return false;
        }

        var said = value[..end];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Base64Url.EncodeToString(Sign(key, said))), Encoding.UTF8.GetBytes(value[(end + 1)..]))
            && long.TryParse(said.AsSpan(middle + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            // Another gateway's clock may be ahead.
            && (time.GetUtcNow() - DateTimeOffset.FromUnixTimeSeconds(at)).Duration() <= Life
            && (said[..middle] == Unknown || IPAddress.TryParse(said.AsSpan(0, middle), out address));
    }

    private static byte[] Sign(byte[] key, string said) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(said));
}

/// <summary>Lets a request count for whom it is made, where the dashboard bears the gateway's word for that.</summary>
internal static class VouchedAddress
{
    /// <summary>After routing and before anything that counts or keeps addresses.</summary>
    public static IApplicationBuilder UseVouchedAddress(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var given = context.Request.Headers[CallerVoucher.Header];
        if (given.Count == 0 || PageDoor.IsMeant(context))
        {
            // A browser has no business with it, and what it sends of it goes no further.
            return next(context);
        }

        if (given is not [{ } word] || !context.RequestServices.GetRequiredService<CallerVoucher>().TryRead(word, out var address))
        {
            return Problems.With(
                StatusCodes.Status400BadRequest, "bad-caller", "This is not a gateway's word for an address, or too old.",
                $"{CallerVoucher.Header} is for the dashboard alone, which passes on what it was given within two minutes; leave it out.")
                .ToResult().ExecuteAsync(context);
        }

        context.Connection.RemoteIpAddress = address;
        return next(context);
    });
}
