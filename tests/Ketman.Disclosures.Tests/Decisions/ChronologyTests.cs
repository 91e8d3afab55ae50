using static Ketman.Disclosures.Tests.Decisions.Known;

namespace Ketman.Disclosures.Tests.Decisions;

public sealed class ChronologyTests
{
    [Theory]
    [InlineData("2025-02-03T10:00:00Z", "2025-02-03T10:00:01Z", true)]
    [InlineData("2025-02-03T10:00:00Z", "2025-02-03T10:00:00Z", false)]
    [InlineData("2025-02-03", "2025-02-04", true)]
    [InlineData("2025-02-03", "2025-02-03", false)]
    [InlineData("2025-02-03", "2025-02-04T11:59:59Z", false)] // still the 3rd at UTC-12
    [InlineData("2025-02-03", "2025-02-04T12:00:00Z", true)]
    [InlineData("2025-02-02T09:59:59Z", "2025-02-03", true)]
    [InlineData("2025-02-02T10:00:00Z", "2025-02-03", false)] // the 3rd already at UTC+14
    public void a_moment_precedes_another_only_when_that_is_certain(string first, string second, bool precedes) =>
        At(first).Precedes(At(second)).ShouldBe(precedes);
}
