using Microsoft.AspNetCore.Identity;

namespace Ketman.Gateway.Users;

/// <summary>
/// Length is what makes a password good; kinds of characters are not asked for. Refused is what guessers try first at this
/// length: one character or a short piece over and over, runs of the keyboard and the alphabet, the user's own name.
/// </summary>
internal sealed class PasswordRules : IPasswordValidator<LocalUser>
{
    public const int Shortest = 12;
    public const int Longest = 256;

    private static readonly string[] Runs =
        ["0123456789012345678901234567890", "9876543210987654321098765432109", "abcdefghijklmnopqrstuvwxyzabcdefghij", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm", "1q2w3e4r5t6z7u8i9o0p", "1q2w3e4r5t6y7u8i9o0p"];

    private static readonly string[] Words = ["password", "passwort", "letmein", "welcome", "admin", "ketman", "iloveyou", "qwerty", "monkey", "dragon", "changeme", "secret"];

    public Task<IdentityResult> ValidateAsync(UserManager<LocalUser> manager, LocalUser user, string? password) => Task.FromResult(
        Complaint(password ?? "", user.Name) is { } complaint
            ? IdentityResult.Failed(new IdentityError { Code = "Password", Description = complaint })
            : IdentityResult.Success);

    /// <summary>What is wrong with a password; null: nothing.</summary>
    public static string? Complaint(string password, string user)
    {
        if (password.Length is < Shortest or > Longest)
        {
            return $"must be {Shortest} to {Longest} characters long";
        }

        var lower = password.ToUpperInvariant();
        // What remains when the usual words and all digits and signs at the ends are taken away must still be something.
        var core = Words.Append(user).Aggregate(lower, (rest, word) => rest.Replace(word.ToUpperInvariant(), "", StringComparison.Ordinal))
            .Trim('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '!', '.', '?', '-', '_', '*', '#', '$', '@', ' ');
        return lower.Distinct().Count() < 5 || Runs.Any(run => run.ToUpperInvariant().Contains(lower, StringComparison.Ordinal)) || core.Length < 4
            ? "is one of those that are tried first; several words that do not belong together are better"
            : null;
    }
}
