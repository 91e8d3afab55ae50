using Ketman.Gateway.Callers;

namespace Ketman.Gateway.Keys;

/// <summary>The API keys in use.</summary>
internal sealed class KeyRing(ApiKeyStore store, TimeProvider time)
    : CredentialRing(async (hash, cancellation) => Recognise(await store.FindAsync(hash, cancellation)), "The table of API keys", time)
{
    private static Recognised? Recognise(ApiKey? key) => key is null ? null : new Recognised(
        key.Id,
        new Principal(PrincipalKind.Key, $"key:{key.Id:D}", key.Name, key.Roles, key.Scope, key.Id, null, key.ExpiresAt, key.Clearance),
        key.RevokedAt is null ? key.ExpiresAt : DateTimeOffset.MinValue);
}
