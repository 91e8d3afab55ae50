using FluentValidation;

namespace Ketman.Intake.Companies;

/// <summary>The shapes of a company's profile.</summary>
internal static class ProfileRules
{
    private const int MostRepositories = 500;

    public static IRuleBuilderOptions<T, string?> Domain<T>(this IRuleBuilder<T, string?> rule) => rule
        .Must(text => text is null || DomainName.TryNormalise(text, out _)).WithMessage(DomainName.Expected);

    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> Repositories<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) => rule
        .Must(list => list is null || list.Count <= MostRepositories).WithMessage($"at most {MostRepositories} repositories")
        .Must(list => list is null || list.All(text => Repository.TryNormalise(text, out _))).WithMessage($"each {Repository.Expected}");

    public static IRuleBuilderOptions<T, int?> TvlRank<T>(this IRuleBuilder<T, int?> rule) => rule
        .Must(rank => rank is null or (>= 1 and <= 100_000)).WithMessage("must be a place from 1 (the highest value locked) to 100000");

    /// <summary>The normal form of a validated domain, or null.</summary>
    public static string? NormalDomain(string? text) => DomainName.TryNormalise(text, out var domain) ? domain : null;
}
