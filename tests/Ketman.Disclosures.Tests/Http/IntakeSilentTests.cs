using System.Net;

namespace Ketman.Disclosures.Tests.Http;

/// <summary>Intake may be away: what needs it is told to come again, what does not goes on.</summary>
public sealed class IntakeSilentTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    [Fact]
    public async Task while_intake_is_silent_what_needs_it_waits_and_the_rest_goes_on()
    {
        var handle = await service.OpenAsync();
        var before = await service.CountEventsAsync();
        service.Intake.Silent = true;

        var unknown = await service.PostAsync($"disclosures/{handle}/merges", """{"account":"github:owl","repository":"halcyon/core","at":"2025-01-01"}""");
        var remembered = await service.PostAsync($"disclosures/{handle}/merges", """{"account":"github:fox","repository":"halcyon/core","at":"2025-01-01"}""");
        var read = await service.GetAsync($"disclosures/{handle}");
        var list = await service.GetAsync("disclosures");
        var batch = await service.PostAsync(
            "disclosures/batch",
            $$"""{"items":[{"command":"record-merge","target":"{{handle}}","body":{"account":"github:owl","repository":"halcyon/core","at":"2025-01-01"} } ]}""");
        service.Intake.Silent = false;
        var later = await service.PostAsync($"disclosures/{handle}/merges", """{"account":"github:owl","repository":"halcyon/core","at":"2025-01-01"}""");

        unknown.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        unknown.Type.ShouldBe("urn:ketman:problem:unavailable");
        unknown.RetryAfter.ShouldNotBeNull();
        remembered.Status.ShouldBe(HttpStatusCode.OK, "what was asked lately is remembered");
        read.Status.ShouldBe(HttpStatusCode.OK);
        list.Status.ShouldBe(HttpStatusCode.OK);
        batch.Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        later.Status.ShouldBe(HttpStatusCode.OK, later.Body);
        (await service.CountEventsAsync()).ShouldBe(before + 2);
    }

    [Fact]
    public async Task what_intake_said_is_not_asked_again_at_once()
    {
        var handle = await service.OpenAsync("meridian");
        var before = service.Intake.Questions;

        for (var day = 1; day <= 5; day++)
        {
            await service.PostAsync($"disclosures/{handle}/merges", $$"""{"account":"github:fox","repository":"meridian/core","at":"2025-01-0{{day}}"}""");
        }

        service.Intake.Questions.ShouldBe(before);
    }
}
