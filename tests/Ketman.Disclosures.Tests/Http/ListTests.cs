using System.Globalization;
using System.Net;

namespace Ketman.Disclosures.Tests.Http;

public sealed class ListTests(RunningDisclosures service) : IClassFixture<RunningDisclosures>
{
    [Fact]
    public async Task cases_are_listed_page_by_page_the_youngest_first()
    {
        for (var day = 1; day <= 5; day++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"2025-02-0{(day + 1) / 2}");
            var company = day % 2 == 0 ? "halcyon" : "meridian";
            var opened = await service.PostAsync("disclosures", $$"""{"company":"{{company}}","handle":"case-{{day}}","at":"{{at}}"}""");
            opened.Status.ShouldBe(HttpStatusCode.Created, opened.Body);
        }

        await service.PostAsync("disclosures/case-3/resolution", """{"outcome":"unfounded"}""");
        await service.PostAsync("disclosures/case-5/closing", """{"reason":"over"}""");
        await service.PostAsync("disclosures/case-4/closing", """{"reason":"over"}""");
        await service.PostAsync("disclosures/case-4/reopening", """{"reason":"not over"}""");

        var handles = new List<string>();
        string? next = null;
        do
        {
            var page = await service.GetAsync($"disclosures?limit=2{(next is null ? "" : $"&after={next}")}");
            page.Status.ShouldBe(HttpStatusCode.OK, page.Body);
            handles.AddRange(HandlesOf(page));
            next = page.Json.GetProperty("next").GetString();
        }
        while (next is not null);

        handles.Count.ShouldBe(5);
        handles[0].ShouldBe("case-5");
        handles[1..3].ShouldBe(["case-3", "case-4"], ignoreOrder: true);
        handles[3..].ShouldBe(["case-1", "case-2"], ignoreOrder: true);
        HandlesOf(await service.GetAsync("disclosures?status=open")).ShouldBe(["case-1", "case-2", "case-4"], ignoreOrder: true);
        HandlesOf(await service.GetAsync("disclosures?status=resolved")).ShouldBe(["case-3"]);
        HandlesOf(await service.GetAsync("disclosures?status=closed")).ShouldBe(["case-5"]);
        HandlesOf(await service.GetAsync("disclosures?company=halcyon")).ShouldBe(["case-2", "case-4"], ignoreOrder: true);
        HandlesOf(await service.GetAsync("disclosures?company=halcyon&status=closed")).ShouldBeEmpty();
        (await service.GetAsync("disclosures?company=nobody")).Status.ShouldBe(HttpStatusCode.NotFound);

        var first = (await service.GetAsync("disclosures?limit=1")).Json.GetProperty("items")[0];
        first.GetProperty("company").GetString().ShouldBe("meridian");
        first.GetProperty("status").GetString().ShouldBe("closed");
        first.GetProperty("openedAt").GetString().ShouldBe("2025-02-03");
    }

    private static IEnumerable<string> HandlesOf(Reply page) =>
        page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("handle").GetString()!);
}
