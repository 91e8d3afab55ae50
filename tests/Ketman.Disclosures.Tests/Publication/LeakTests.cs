using Ketman.Disclosures.Publication;
using static Ketman.Disclosures.Tests.Decisions.Known;
using static Ketman.Disclosures.Tests.Publication.Publishing;

namespace Ketman.Disclosures.Tests.Publication;

/// <summary>What must not leave is found in whatever spelling, and what may leave is let through.</summary>
public sealed class LeakTests
{
    private static readonly IReadOnlyList<Guarded> Known =
    [
        new(GuardedKind.Account, "quietfox"), new(GuardedKind.Account, "owl"), new(GuardedKind.Contact, "june.harlow@halcyon.example"), new(GuardedKind.Contact, "June Harlow"),
        new(GuardedKind.OtherCompany, "Meridian DAO"), new(GuardedKind.Transaction, "0x5f3a"), new(GuardedKind.Evidence, "evidence.example/halcyon/keys"),
        new(GuardedKind.Amount, "5250"), new(GuardedKind.Amount, "1234.5"), new(GuardedKind.Amount, "2"), new(GuardedKind.Amount, "2025"), new(GuardedKind.Person, "halcyon"),
    ];

    [Theory]
    [InlineData("paid quietfox well", GuardedKind.Account, 5, 8)]
    [InlineData("paid QuietFox well", GuardedKind.Account, 5, 8)]
    [InlineData("paid quiet-fox well", GuardedKind.Account, 5, 9)]
    [InlineData("paid q u i e t f o x", GuardedKind.Account, 5, 15)]
    [InlineData("paid quiet\u200Bfox", GuardedKind.Account, 5, 9)]
    [InlineData("paid qui\u0435tf\u043Ex", GuardedKind.Account, 5, 8)]
    [InlineData("paid \uFF51\uFF55\uFF49\uFF45\uFF54fox", GuardedKind.Account, 5, 8)]
    [InlineData("paid \U0001D42Auietfox", GuardedKind.Account, 5, 9)]
    [InlineData("paid qui\u00EBtfox", GuardedKind.Account, 5, 8)]
    [InlineData("the owl.", GuardedKind.Account, 4, 3)]
    [InlineData("ask June  Harlow", GuardedKind.Contact, 4, 12)]
    [InlineData("like at Meridian-DAO", GuardedKind.OtherCompany, 8, 12)]
    [InlineData("see 0x5F3A", GuardedKind.Transaction, 4, 6)]
    [InlineData("see https://evidence.example/halcyon/keys", GuardedKind.Evidence, 12, 29)]
    [InlineData("ask somebody@else.example", GuardedKind.Email, 4, 21)]
    [InlineData("ask somebody [at] else [dot] example", GuardedKind.Email, 4, 32)]
    [InlineData("to 0x52908400098527886E0F7030069857D2E4169EE7", GuardedKind.Wallet, 3, 42)]
    [InlineData("to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", GuardedKind.Wallet, 3, 42)]
    [InlineData("in 0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060", GuardedKind.Transaction, 3, 66)]
    [InlineData("of 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", GuardedKind.Evidence, 3, 64)]
    [InlineData("it paid 5250 dollars", GuardedKind.Amount, 8, 12)]
    [InlineData("it paid 5,250", GuardedKind.Amount, 8, 5)]
    [InlineData("it paid 5.250,00", GuardedKind.Amount, 8, 8)]
    [InlineData("it paid 5.25k", GuardedKind.Amount, 8, 5)]
    [InlineData("it paid 1.234,50", GuardedKind.Amount, 8, 8)]
    [InlineData("it paid $2", GuardedKind.Amount, 8, 2)]
    [InlineData("it paid 2 ETH", GuardedKind.Amount, 8, 5)]
    public void a_datum_is_found_where_it_stands(string text, GuardedKind kind, int offset, int length) =>
        Find(text).ShouldContain(new Leak(kind, offset, length));

    [Theory]
    [InlineData("Halcyon Labs was told 2 times, on 2025-02-04 and 2025-02-06.")]
    [InlineData("a growl, knowledge and foxes: quiet, as ever")]
    [InlineData("tens of thousands of US dollars")]
    [InlineData("June was warm; the harlows were not there")]
    [InlineData("published at ketman.example")]
    public void what_may_leave_is_let_through(string text) => Find(text).ShouldBeEmpty();

    [Fact]
    public void the_generated_text_leaks_nothing()
    {
        var state = State(Up(Scheduled));
        var text = PublicText.Of(state, Cleared.Company);

        LeakCheck.Of(text, LeakCheck.Guarding(state, Cleared), LeakCheck.Allowed(Cleared)).ShouldBeEmpty();
        text.ShouldBe("""
            TLP:CLEAR

            # Halcyon Labs

            Since 2025-02-03 we have been trying to report an insider threat to Halcyon Labs. One account is confirmed as that of a DPRK IT worker. Code was merged and paid for, so the company is affected; thousands of US dollars were paid that we know of.

            We tried to reach it 3 times:

            - by e-mail, 2 times: 2025-02-04, 2025-02-10
            - by Telegram, once: 2025-02-06

            We asked the company to acknowledge the report, to tell us how it takes it, and to revoke the access.

            No human of the company has answered.

            On 2025-02-10 we gave notice that we would name the company from 2025-02-24 on.

            All days are days in the zone Europe/Berlin. The company may answer at any time; we will say so here.

            """);
    }

    [Fact]
    public void what_the_case_says_itself_is_guarded_too_and_what_was_retracted_no_less()
    {
        var state = State(Up(
            Noticed, new OutreachAnswered(At("2025-02-11T09:00:00Z"), Id(9), false, "Ana Kovač, CTO", null), new FactRetracted(Now, Id(11), "another company"),
            new PostExploitationHelpEngaged(Now, "Redfern Response", null)));

        Kinds("Kovac answered").ShouldBe([GuardedKind.Person]);
        Kinds("mira wrote").ShouldBe([GuardedKind.Person]);
        Kinds("with Redfern").ShouldBe([GuardedKind.Person]);
        Kinds("5,000 USDC").ShouldBe([GuardedKind.Amount]);
        Kinds("the security contact and a maintainer").ShouldBeEmpty();

        IEnumerable<GuardedKind> Kinds(string text) =>
            LeakCheck.Of(text, LeakCheck.Guarding(state, Cleared), LeakCheck.Allowed(Cleared)).Select(leak => leak.Kind).Distinct();
    }

    private static IReadOnlyList<Leak> Find(string text) => LeakCheck.Of(text, Known, ["Halcyon Labs"]);
}
