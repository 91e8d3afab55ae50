using FsCheck;
using FsCheck.Fluent;
using Ketman.Intake.Accounts;

namespace Ketman.Intake.Tests.Accounts;

public sealed class AccountHandles
{
    private const string Wallet = "0xd8da6bf26964af9d7eed9e03e53415d37aa96045";

    [Theory]
    [InlineData(Platform.Github, "OctoCat", "octocat")]
    [InlineData(Platform.Github, "@octocat", "octocat")]
    [InlineData(Platform.Github, "https://github.com/OctoCat/", "octocat")]
    [InlineData(Platform.Github, "github.com/octocat?tab=repositories", "octocat")]
    [InlineData(Platform.Github, "dependabot[bot]", "dependabot[bot]")]
    [InlineData(Platform.Github, "https://github.com/octocat/hello-world", null)]
    [InlineData(Platform.Github, "https://gitlab.com/octocat", null)]
    [InlineData(Platform.Github, "octo cat", null)]
    [InlineData(Platform.Gitlab, "https://gitlab.com/Octo.Cat", "octo.cat")]
    [InlineData(Platform.Npm, "https://www.npmjs.com/~OctoCat", "octocat")]
    [InlineData(Platform.Npm, "~octocat", "octocat")]
    [InlineData(Platform.Pypi, "https://pypi.org/user/octocat/", "octocat")]
    [InlineData(Platform.Telegram, "https://t.me/Octo_Cat", "octo_cat")]
    [InlineData(Platform.Telegram, "123456789", "123456789")]
    [InlineData(Platform.Telegram, "oc", null)]
    [InlineData(Platform.Discord, "Octo Cat#1234", "octo cat#1234")]
    [InlineData(Platform.Discord, "https://discord.com/users/80351110224678912", "80351110224678912")]
    [InlineData(Platform.Discord, "octo cat", null)]
    [InlineData(Platform.X, "https://twitter.com/OctoCat", "octocat")]
    [InlineData(Platform.X, "https://x.com/octocat/status/1", null)]
    [InlineData(Platform.X, "sixteen_letters_", null)]
    [InlineData(Platform.Linkedin, "https://de.linkedin.com/in/Octo-Cat-42/", "octo-cat-42")]
    [InlineData(Platform.Linkedin, "https://www.linkedin.com/in/j%C3%BCrgen-m", "jürgen-m")]
    [InlineData(Platform.Linkedin, "https://www.linkedin.com/company/halcyon", null)]
    [InlineData(Platform.Email, "mailto:Octo.Cat+work@GMail.com", "octocat@gmail.com")]
    [InlineData(Platform.Email, "octocat@googlemail.com", "octocat@gmail.com")]
    [InlineData(Platform.Email, "Octo.Cat+work@Proton.me", "octo.cat+work@proton.me")]
    [InlineData(Platform.Email, "octocat", null)]
    [InlineData(Platform.Email, "octo..cat@example.org", null)]
    [InlineData(Platform.Wallet, "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", Wallet)]
    [InlineData(Platform.Wallet, "eip155:1:0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045", Wallet)]
    [InlineData(Platform.Wallet, "https://etherscan.io/address/0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045#tokentxns", Wallet)]
    [InlineData(Platform.Wallet, "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA9604", null)]
    [InlineData(Platform.Wallet, "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")]
    [InlineData(Platform.Wallet, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")]
    [InlineData(Platform.Wallet, "OctoCat.eth", "octocat.eth")]
    [InlineData(Platform.Upwork, "https://www.upwork.com/freelancers/~01ABcd23", "01abcd23")]
    [InlineData(Platform.Freelancer, "https://www.freelancer.com/u/OctoCat", "octocat")]
    [InlineData(Platform.Website, "HTTPS://www.Octocat.Example/Portfolio/", "octocat.example/Portfolio")]
    [InlineData(Platform.Website, "octocat.example", "octocat.example")]
    [InlineData(Platform.Website, "ftp://octocat.example", null)]
    [InlineData(Platform.Other, "  Octo   Cat ", "Octo Cat")]
    [InlineData(Platform.Other, "   ", null)]
    public void a_handle_has_one_form(Platform platform, string written, string? expected)
    {
        AccountHandle.TryNormalise(platform, written, out var handle);

        handle.ShouldBe(expected);
    }

    [Theory]
    [InlineData(Platform.Github, "octo-cat", "octocat")]
    [InlineData(Platform.Telegram, "octo_cat", "octocat")]
    [InlineData(Platform.Discord, "octo.cat#1234", "octocat")]
    [InlineData(Platform.Email, "octo.cat+work@proton.me", "octocat")]
    [InlineData(Platform.Wallet, Wallet, null)]
    [InlineData(Platform.Telegram, "123456789", null)]
    [InlineData(Platform.Github, "o-c", null)]
    public void one_persons_habit_of_naming_is_seen_across_platforms(Platform platform, string handle, string? expected) =>
        AccountHandle.Loosely(platform, handle).ShouldBe(expected);

    [Fact]
    public void a_normal_form_is_its_own_normal_form()
    {
        var written = Gen.Elements("OctoCat", "https://github.com/Octo", "x@Y.org", "A.B+c@gmail.com", "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045",
            "Octo Cat#1234", "~01Ab", "https://www.a.example/B/", "jürgen-m", "@me_too", "  two  words ", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "\ud800", "a%00b");
        var cases = Gen.Elements(Enum.GetValues<Platform>()).Zip(Gen.OneOf(written, ArbMap.Default.GeneratorFor<string>())).ToArbitrary();

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(cases, one =>
        {
            var (platform, text) = one;
            if (!AccountHandle.TryNormalise(platform, text, out var once))
            {
                return true;
            }

            return AccountHandle.TryNormalise(platform, once, out var twice) && twice == once;
        }));
    }

    [Fact]
    public void every_platform_says_what_it_expects() =>
        Enum.GetValues<Platform>().Select(AccountHandle.Expected).ShouldAllBe(text => text.StartsWith("must be ", StringComparison.Ordinal));
}
