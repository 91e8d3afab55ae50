using System.Text;
using Ketman.Contracts;
using Ketman.Hosting.Web;

namespace Ketman.Hosting.Tests.Web;

public sealed class StrictJsonTests
{
    private sealed record Sample(string Name, Channel Channel, decimal? Amount = null, Moment? At = null, IReadOnlyList<string>? Tags = null, Inner? Inner = null);

    private sealed record Inner(int Count);

    [Fact]
    public void what_is_well_formed_is_read()
    {
        var read = Read("""{"name":"x","channel":"bug-bounty","amount":"1250.50","at":"2025-02-03","tags":["a"],"inner":{"count":1}}""");

        read.Error.ShouldBeNull();
        read.Value!.Channel.ShouldBe(Channel.BugBounty);
        read.Value.Amount.ShouldBe(1250.50m);
    }

    [Theory]
    [InlineData("""{"name":"x","channel":"email","colour":"red"}""", "colour", "unknown member")]
    [InlineData("""{"name":"x","channel":"email","inner":{"count":1,"size":2}}""", "size", "unknown member")]
    [InlineData("""{"name":"x"}""", "channel", "missing: channel")]
    [InlineData("""{"name":null,"channel":"email"}""", "name", "expected a string")]
    [InlineData("""{"name":1,"channel":"email"}""", "name", "expected a string")]
    [InlineData("""{"name":"x","name":"y","channel":"email"}""", "name", "comes more than once")]
    [InlineData("""{"name":"x","channel":1}""", "channel", "expected one of email, telegram, discord, slack, signal, x, linkedin, github, bug-bounty, phone, web-form, intermediary, in-person, other")]
    [InlineData("""{"name":"x","channel":"pigeon"}""", "channel", "expected one of email, telegram, discord, slack, signal, x, linkedin, github, bug-bounty, phone, web-form, intermediary, in-person, other")]
    [InlineData("""{"name":"x","channel":"email","amount":"1e5"}""", "amount", "expected a decimal number such as 1250.50, of at most 28 digits")]
    [InlineData("""{"name":"x","channel":"email","amount":true}""", "amount", "expected a decimal number such as 1250.50, of at most 28 digits")]
    [InlineData("""{"name":"x","channel":"email","at":"yesterday"}""", "at", "expected a day (2025-02-03) or an instant with its offset (2025-02-03T14:05:00Z)")]
    [InlineData("""{"name":"x","channel":"email","tags":"a"}""", "tags", "expected a list")]
    [InlineData("""{"name":"x","channel":"email","tags":[1]}""", "tags[0]", "expected a string")]
    [InlineData("""{"name":"x","channel":"email","inner":{"count":"1"}}""", "inner.count", "expected a whole number")]
    [InlineData("""{"name":"x","channel":"email","inner":[]}""", "inner", "expected an object")]
    [InlineData("""null""", "", "expected an object")]
    [InlineData("""[]""", "", "expected an object")]
    [InlineData("""{"name":"x","channel":"email" """, "", "not valid JSON")]
    [InlineData("", "", "not valid JSON")]
    [InlineData("""{"name":"\ud800","channel":"email"}""", "name", "text must be valid Unicode")]
    public void what_is_wrong_is_named(string json, string field, string message)
    {
        var read = Read(json);

        read.Value.ShouldBeNull();
        read.Error.ShouldBe(new FieldError(field, message));
    }

    [Fact]
    public void a_value_is_never_repeated() =>
        Read("""{"name":"x","channel":"secret@example.org"}""").Error!.ToString().ShouldNotContain("secret");

    [Fact]
    public void deep_nesting_is_refused_before_it_costs_anything() =>
        Read($$"""{"name":"x","channel":"email","tags":{{new string('[', 5000)}}""").Error.ShouldNotBeNull();

    private static (Sample? Value, FieldError? Error) Read(string json)
    {
        StrictJson.TryRead<Sample>(Encoding.UTF8.GetBytes(json), out var value, out var error);
        return (value, error);
    }
}
