using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ketman.Proof;

namespace Ketman.EventStore.Tests;

public sealed class PersonalTextTests
{
    private static readonly Guid Event = new("01950000-0000-7000-8000-00000000c0de");
    private static readonly byte[] Key = PersonalText.EventKey([.. Enumerable.Range(0, 32).Select(at => (byte)at)], Event);
    private static readonly PersonalPlace Place = new("account-1", Event, "handle");

    [Fact]
    public void any_text_comes_back_as_it_was() => Prop.ForAll(ArbMap.Default.ArbFor<UnicodeString>(), generated =>
    {
        // Half a surrogate pair is no text: neither JSON nor PostgreSQL takes it.
        var text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(generated.Get));
        return PersonalText.Open(PersonalText.Seal(text, "account-1", Key, Place), Key, Place) == text;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void the_event_key_follows_from_the_subjects_key_and_the_events_id_alone()
    {
        // From an independent implementation of HKDF-SHA256: a dossier that was given out must open for ever.
        Convert.ToHexStringLower(Key).ShouldBe("f6b5e95c8d7b3e33d5d007ebfd59755795b2b495c1f1da98d8cc9515003588a6");
        PersonalText.EventKey(new byte[32], Guid.NewGuid()).ShouldNotBe(PersonalText.EventKey(new byte[32], Guid.NewGuid()));
    }

    [Fact]
    public void a_text_that_was_stored_long_ago_opens() =>
        PersonalText.Open("~p1.account-1.AAECAwQFBgcICQoLqta24yDffzX7rSGg9wkyVvM85v2_ILdbwiU", Key, Place).ShouldBe("quiet·fox");

    [Fact]
    public void the_same_text_never_looks_the_same_twice() =>
        PersonalText.Seal("octocat", "account-1", Key, Place).ShouldNotBe(PersonalText.Seal("octocat", "account-1", Key, Place));

    [Theory]
    [InlineData("account-2", "01950000-0000-7000-8000-00000000c0de", "handle")]
    [InlineData("account-1", "01950000-0000-7000-8000-00000000c0df", "handle")]
    [InlineData("account-1", "01950000-0000-7000-8000-00000000c0de", "note")]
    public void a_text_opens_in_its_own_place_only(string stream, string id, string member)
    {
        var stored = PersonalText.Seal("octocat", "account-1", Key, Place);

        Should.Throw<CryptographicException>(() => PersonalText.Open(stored, Key, new PersonalPlace(stream, new Guid(id), member)));
    }

    [Fact]
    public void a_text_of_which_any_character_was_changed_does_not_open()
    {
        var stored = PersonalText.Seal("octocat", "account-1", Key, Place);
        for (var at = stored.LastIndexOf('.') + 1; at < stored.Length - 1; at++)
        {
            var changed = $"{stored[..at]}{(stored[at] == 'A' ? 'B' : 'A')}{stored[(at + 1)..]}";
            Should.Throw<CryptographicException>(() => PersonalText.Open(changed, Key, Place), $"character {at}");
        }
    }

    [Fact]
    public void another_key_opens_nothing()
    {
        var stored = PersonalText.Seal("octocat", "account-1", Key, Place);

        Should.Throw<CryptographicException>(() => PersonalText.Open(stored, PersonalText.EventKey(new byte[32], Event), Place));
    }

    [Theory]
    [InlineData("octocat")]
    [InlineData("~p1.")]
    [InlineData("~p1.account-1")]
    [InlineData("~p1.account-1.short")]
    [InlineData("~p1.Account 1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("~p1.account-1.§§§§AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void what_was_written_before_texts_were_encrypted_is_left_alone(string text) =>
        PersonalText.TrySubject(text, out _).ShouldBeFalse();

    [Fact]
    public void a_subject_that_could_not_be_read_back_is_refused() =>
        Should.Throw<ArgumentException>(() => PersonalText.Seal("octocat", "account.1", Key, Place));
}
