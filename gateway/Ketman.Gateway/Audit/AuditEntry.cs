using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Ketman.Gateway.Callers;
using Microsoft.AspNetCore.Http.Features;

namespace Ketman.Gateway.Audit;

/// <summary>One thing that the audit log keeps. It bears neither secrets nor what a request said: the route, not the address asked for.</summary>
/// <param name="At">UTC, to the microsecond.</param>
/// <param name="Kind">What happened, one of <see cref="AuditKinds"/>.</param>
/// <param name="Actor">The name of who did it; null: nobody who is known.</param>
/// <param name="ActorKind">How the actor showed who it is: key, user, token, or gateway for what the gateway did by itself.</param>
/// <param name="Address">From where.</param>
/// <param name="Method">Of the request.</param>
/// <param name="Route">The template of its route.</param>
/// <param name="Status">Of a refusal.</param>
/// <param name="Subject">The key or user that it was done to.</param>
/// <param name="Detail">What of it, e.g. the roles that were given.</param>
/// <param name="Times">How often; alike refusals within a minute are one entry after the first.</param>
/// <param name="Trace">By which the request is found in traces and logs.</param>
internal sealed record AuditEntry(
    DateTimeOffset At, string Kind, string? Actor, string? ActorKind, string? Address, string? Method, string? Route, int? Status,
    string? Subject, string? Detail, int Times, string? Trace)
{
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>What the request at hand says of who, from where and what.</summary>
    public static AuditEntry Of(HttpContext context, string kind, DateTimeOffset now, string? subject = null, string? detail = null, int? status = null)
    {
        var caller = Principal.TryOf(context);
        return new AuditEntry(
            ToMicroseconds(now), kind, caller?.Name, caller?.KindName, AddressOf(context.Connection.RemoteIpAddress)?.ToString(),
            Methods.Contains(context.Request.Method) ? context.Request.Method : null,
            (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, status, subject, detail, 1,
            context.Features.Get<IHttpActivityFeature>()?.Activity is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : null);
    }

    /// <summary>What the gateway did without being asked.</summary>
    public static AuditEntry OfGateway(string kind, DateTimeOffset now, string? subject, string? detail = null) =>
        new(ToMicroseconds(now), kind, Scopes.Gateway, Scopes.Gateway, null, null, null, null, subject, detail, 1, null);

    public AuditEntry Again(DateTimeOffset now, int times) => this with { At = ToMicroseconds(now), Times = times };

    /// <summary>The hash of this entry at its place.</summary>
    public byte[] HashAfter(byte[] previous, long id)
    {
        object?[] parts =
        [
            id, At.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture), Kind, Actor, ActorKind, Address, Method, Route, Status,
            Subject, Detail, Times, Trace,
        ];
        return SHA256.HashData([.. previous, .. JsonSerializer.SerializeToUtf8Bytes(parts)]);
    }

    private static IPAddress? AddressOf(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    // The database keeps no finer time, and the hash must be the same when it is read.
    private static DateTimeOffset ToMicroseconds(DateTimeOffset time) => new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}

/// <summary>What the audit log knows to happen; a contract, like the types of events.</summary>
internal static class AuditKinds
{
    public const string Refused = "refused";
    public const string SignedIn = "signed-in";
    public const string SignInFailed = "sign-in-failed";
    public const string LockedOut = "locked-out";
    public const string SignedOut = "signed-out";
    public const string SessionRevoked = "session-revoked";
    public const string UserInvited = "user-invited";
    public const string InvitationAccepted = "invitation-accepted";
    public const string UserRolesChanged = "user-roles-changed";
    public const string UserClearanceChanged = "user-clearance-changed";
    public const string UserLocked = "user-locked";
    public const string UserUnlocked = "user-unlocked";
    public const string UserRemoved = "user-removed";
    public const string PasswordChanged = "password-changed";
    public const string SecondFactorSet = "second-factor-set";
    public const string SecondFactorRemoved = "second-factor-removed";
    public const string RecoveryCodesMade = "recovery-codes-made";
    public const string KeyCreated = "key-created";
    public const string KeyRotated = "key-rotated";
    public const string KeyRevoked = "key-revoked";
}
