using FluentValidation;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Commands;

namespace Ketman.Intake.Companies;

/// <summary>Makes a company, project or organisation known to the team.</summary>
/// <param name="Handle">The short name it will always have.</param>
/// <param name="Name">Its name.</param>
/// <param name="Domain">Its internet domain.</param>
/// <param name="Repositories">Its repositories: URLs or <c>host/owner/name</c>.</param>
/// <param name="TvlRank">Its place by total value locked, 1 to 100000.</param>
/// <param name="Zone">Its IANA time zone.</param>
public sealed record RegisterCompany(
    string Handle, string Name, string? Domain = null, IReadOnlyList<string>? Repositories = null, int? TvlRank = null, string? Zone = null)
{
    /// <summary>A handle is given once: the same again does nothing, also after the profile was changed; other content is refused.</summary>
    public static Decision Decide(Company state, RegisterCompany command, CommandContext context)
    {
        var profile = new CompanyProfile(
            command.Name.Trim(), ProfileRules.NormalDomain(command.Domain), Repository.NormaliseAll(command.Repositories),
            command.TvlRank, command.Zone);
        if (state.Handle.Length > 0)
        {
            return profile == state.RegisteredAs || profile == state.Profile
                ? Decision.Nothing
                : Decision.Refuse("handle-taken", "A company with this handle exists; change its profile, or choose another handle.");
        }

        return Decision.Accept(new CompanyRegistered(
            command.Handle, profile.Name, profile.Domain, profile.Repositories, profile.TvlRank, profile.Zone, context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<RegisterCompany>
    {
        public Rules()
        {
            RuleFor(c => c.Handle).Handle();
            RuleFor(c => c.Name).Text(200);
            RuleFor(c => c.Domain).Domain();
            RuleFor(c => c.Repositories).Repositories();
            RuleFor(c => c.TvlRank).TvlRank();
            RuleFor(c => c.Zone).Zone();
        }
    }
}
