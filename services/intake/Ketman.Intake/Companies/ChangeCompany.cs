using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>A part of a profile that can be taken away.</summary>
public enum ProfilePart
{
    /// <summary>The domain.</summary>
    Domain,

    /// <summary>The place by total value locked.</summary>
    TvlRank,

    /// <summary>The time zone.</summary>
    Zone,
}

/// <summary>Changes what is said of a company; what is left out stays.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Its internet domain.</param>
/// <param name="Repositories">All of its repositories; an empty list: none.</param>
/// <param name="TvlRank">Its place by total value locked, 1 to 100000.</param>
/// <param name="Zone">Its IANA time zone.</param>
/// <param name="Clear">What is no longer said: a member that is left out says nothing, so taking away has its own word.</param>
public sealed record ChangeCompany(
    string? Name = null,
    string? Domain = null,
    IReadOnlyList<string>? Repositories = null,
    int? TvlRank = null,
    string? Zone = null,
    IReadOnlyList<ProfilePart>? Clear = null)
{
    /// <summary>The event bears the whole profile, so that a consumer needs no other; a change that changes nothing is none.</summary>
    public static Decision Decide(Company state, ChangeCompany command, CommandContext context)
    {
        var clear = command.Clear ?? [];
        var now = state.Profile;
        var changed = new CompanyProfile(
            command.Name.Trimmed() ?? now.Name,
            clear.Contains(ProfilePart.Domain) ? null : ProfileRules.NormalDomain(command.Domain) ?? now.Domain,
            command.Repositories is null ? now.Repositories : Repository.NormaliseAll(command.Repositories),
            clear.Contains(ProfilePart.TvlRank) ? null : command.TvlRank ?? now.TvlRank,
            clear.Contains(ProfilePart.Zone) ? null : command.Zone ?? now.Zone);
        return changed == now
            ? Decision.Nothing
            : Decision.Accept(new CompanyChanged(
                changed.Name, changed.Domain, changed.Repositories, changed.TvlRank, changed.Zone, context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<ChangeCompany>
    {
        public Rules()
        {
            RuleFor(c => c.Name).Text(200);
            RuleFor(c => c.Domain).Domain();
            RuleFor(c => c.Repositories).Repositories();
            RuleFor(c => c.TvlRank).TvlRank();
            RuleFor(c => c.Zone).Zone();
            RuleFor(c => c.Clear)
                .Must((c, clear) => clear is null
                    || !((c.Domain is not null && clear.Contains(ProfilePart.Domain))
                        || (c.TvlRank is not null && clear.Contains(ProfilePart.TvlRank))
                        || (c.Zone is not null && clear.Contains(ProfilePart.Zone))))
                .WithMessage("must not name a member that is also given");
            RuleFor(c => c)
                .Must(c => c.Name is not null || c.Domain is not null || c.Repositories is not null || c.TvlRank is not null
                    || c.Zone is not null || c.Clear is { Count: > 0 })
                .OverridePropertyName("name").WithMessage("at least one member must say what changes");
        }
    }
}
