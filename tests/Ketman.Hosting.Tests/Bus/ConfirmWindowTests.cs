using Ketman.Hosting.Bus;

namespace Ketman.Hosting.Tests.Bus;

public sealed class ConfirmWindowTests
{
    [Fact]
    public void nothing_sent_is_nothing_to_wait_for() => new ConfirmWindow().ConfirmedAsync().IsCompletedSuccessfully.ShouldBeTrue();

    [Fact]
    public async Task whatever_the_order_of_the_confirms_it_is_done_with_the_last_and_not_before()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var window = Sent(20);
            var open = Enumerable.Range(1, 20).Select(number => (ulong)number).ToHashSet();
            var confirmed = window.ConfirmedAsync();
            while (open.Count > 0)
            {
                confirmed.IsCompleted.ShouldBeFalse();
                var number = open.ElementAt(random.Next(open.Count));
                var multiple = random.Next(4) == 0;
                window.Confirm(number, multiple);
                open.RemoveWhere(each => each == number || (multiple && each < number));
            }

            await confirmed.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task a_refusal_reaches_who_waits_and_who_will()
    {
        var window = Sent(2);
        var waiting = window.ConfirmedAsync();

        window.Fail(new NotConfirmedException("the broker refused a message"));

        await Should.ThrowAsync<NotConfirmedException>(() => waiting);
        window.Confirm(2, multiple: true);
        await Should.ThrowAsync<NotConfirmedException>(window.ConfirmedAsync);
    }

    [Fact]
    public async Task the_next_batch_has_its_own_confirms()
    {
        var window = Sent(3);
        window.Confirm(3, multiple: true);
        await window.ConfirmedAsync();

        window.Sent();
        var confirmed = window.ConfirmedAsync();
        confirmed.IsCompleted.ShouldBeFalse();
        window.Confirm(4, multiple: false);
        await confirmed.WaitAsync(TestContext.Current.CancellationToken);
    }

    private static ConfirmWindow Sent(int count)
    {
        var window = new ConfirmWindow();
        for (var i = 0; i < count; i++)
        {
            window.Sent();
        }

        return window;
    }
}
