using Ketman.Contracts;

namespace Ketman.Gateway.Users;

/// <summary>A person who signs in here. The framework's user manager changes it member by member and then stores it whole.</summary>
internal sealed class LocalUser
{
    public required Guid Id { get; init; }

    /// <summary>Recorded with events, so it never changes and is never given again.</summary>
    public required string Name { get; set; }

    /// <summary>As given, without those they imply.</summary>
    public required IReadOnlyList<string> Roles { get; set; }

    /// <summary>Up to which marking it reads, where that is less than what the roles give.</summary>
    public Tlp? Clearance { get; set; }

    public string PasswordHash { get; set; } = "";

    /// <summary>Changes with the password and ends every session of before.</summary>
    public string SecurityStamp { get; set; } = "";

    /// <summary>What was read; storing succeeds only while the row still is at it.</summary>
    public long Version { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }

    public DateTimeOffset? LockedAt { get; set; }

    public DateTimeOffset? RemovedAt { get; set; }

    /// <summary>The second factor's key, encrypted.</summary>
    public byte[]? TotpKey { get; set; }

    /// <summary>Whether its owner has shown to have it; until then it is not asked for.</summary>
    public bool TotpConfirmed { get; set; }

    /// <summary>The last time step whose code was accepted: a code opens once.</summary>
    public long TotpStep { get; set; }

    /// <summary>Hashes of the recovery codes that are left.</summary>
    public IReadOnlyList<byte[]> RecoveryCodes { get; set; } = [];

    /// <summary>The hash of the invitation that is used up by storing this, and when; null: none.</summary>
    public (byte[] Hash, DateTimeOffset At)? Spends { get; set; }

    public bool MaySignIn => LockedAt is null && RemovedAt is null;
}
