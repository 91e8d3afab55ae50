using Ketman.Contracts;
using Ketman.Intake.Companies;

namespace Ketman.Intake.Tests.Companies;

public sealed class CompanyShapes
{
    private static readonly RegisterCompany Good = new("halcyon", "Halcyon");

    [Theory]
    [InlineData("halcyon.example", "halcyon.example")]
    [InlineData("https://www.Halcyon.Example:8443/team?x=1", "halcyon.example")]
    [InlineData("app.halcyon.example.", "app.halcyon.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("localhost", null)]
    [InlineData("192.168.0.1", null)]
    [InlineData("not a domain", null)]
    [InlineData("-x.example", null)]
    [InlineData("", null)]
    public void a_domain_has_one_form(string written, string? expected)
    {
        DomainName.TryNormalise(written, out var domain);

        domain.ShouldBe(expected);
    }

    [Theory]
    [InlineData("github.com/owner/name", "github.com/owner/name")]
    [InlineData("https://github.com/Owner/Name/tree/main?tab=readme#top", "github.com/owner/name")]
    [InlineData("https://www.github.com/owner/name.git", "github.com/owner/name")]
    [InlineData("git@github.com:Owner/Name.git", "github.com/owner/name")]
    [InlineData("ssh://git@github.com/owner/name", "github.com/owner/name")]
    [InlineData("Owner/Name", "github.com/owner/name")]
    [InlineData("https://gitlab.com/Group/Sub/Name/-/tree/main", "gitlab.com/group/sub/name")]
    [InlineData("https://git.halcyon.example/Team/Core", "git.halcyon.example/Team/Core")]
    [InlineData("https://github.com/owner", null)]
    [InlineData("owner", null)]
    [InlineData("owner/..", null)]
    [InlineData("https://github.com/owner/na me", null)]
    public void a_repository_has_one_form(string written, string? expected)
    {
        Repository.TryNormalise(written, out var repository);

        repository.ShouldBe(expected);
    }

    [Theory]
    [InlineData(Channel.Email, "Security@Halcyon.EXAMPLE", "Security@halcyon.example")]
    [InlineData(Channel.Email, "security+ketman@halcyon.example", "security+ketman@halcyon.example")]
    [InlineData(Channel.Email, "security.halcyon.example", null)]
    [InlineData(Channel.Telegram, "https://t.me/Halcyon_Sec", "halcyon_sec")]
    [InlineData(Channel.Telegram, "+49 (30) 123-4567", "+49301234567")]
    [InlineData(Channel.Telegram, "a b", null)]
    [InlineData(Channel.X, "@HalcyonFi", "halcyonfi")]
    [InlineData(Channel.X, "this name is too long", null)]
    [InlineData(Channel.Signal, "Ada.42", "ada.42")]
    [InlineData(Channel.Phone, "0301234567", null)]
    [InlineData(Channel.WebForm, "https://halcyon.example/contact", "https://halcyon.example/contact")]
    [InlineData(Channel.BugBounty, "halcyon.example", null)]
    [InlineData(Channel.Github, "https://github.com/halcyon/core/security/advisories/new", "https://github.com/halcyon/core/security/advisories/new")]
    [InlineData(Channel.Github, "Halcyon", "halcyon")]
    [InlineData(Channel.Intermediary, "their investor", "their investor")]
    public void an_address_fits_its_channel(Channel channel, string written, string? expected)
    {
        ContactAddress.TryNormalise(channel, written, out var address);

        address.ShouldBe(expected);
    }

    [Fact]
    public void each_wrong_member_of_a_company_is_named()
    {
        Wrong(Good).ShouldBeEmpty();
        Wrong(Good with { Handle = "Halcyon Finance" }).ShouldBe(["Handle"]);
        Wrong(Good with { Name = "" }).ShouldBe(["Name"]);
        Wrong(Good with { Name = "Hal\u0007cyon" }).ShouldBe(["Name"]);
        Wrong(Good with { Name = new string('x', 201) }).ShouldBe(["Name"]);
        Wrong(Good with { Domain = "nowhere" }).ShouldBe(["Domain"]);
        Wrong(Good with { Repositories = ["github.com/halcyon/core", "?"] }).ShouldBe(["Repositories"]);
        Wrong(Good with { TvlRank = 0 }).ShouldBe(["TvlRank"]);
        Wrong(Good with { TvlRank = 100_001 }).ShouldBe(["TvlRank"]);
        Wrong(Good with { Zone = "Europe/Atlantis" }).ShouldBe(["Zone"]);
    }

    [Fact]
    public void a_change_says_something_and_does_not_contradict_itself()
    {
        new ChangeCompany.Rules().Validate(new ChangeCompany()).IsValid.ShouldBeFalse();
        new ChangeCompany.Rules().Validate(new ChangeCompany(TvlRank: 3, Clear: [ProfilePart.TvlRank])).IsValid.ShouldBeFalse();
        new ChangeCompany.Rules().Validate(new ChangeCompany(Clear: [ProfilePart.TvlRank])).IsValid.ShouldBeTrue();
    }

    private static IEnumerable<string> Wrong(RegisterCompany command) =>
        new RegisterCompany.Rules().Validate(command).Errors.Select(error => error.PropertyName).Distinct();
}
