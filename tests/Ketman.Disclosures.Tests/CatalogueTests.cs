using Ketman.EventStore.Deciding;

namespace Ketman.Disclosures.Tests;

public sealed class CatalogueTests
{
    [Fact]
    public void every_command_is_in_the_catalogue_once_under_its_name()
    {
        var commands = DisclosureCommands.Create().Commands;

        commands.Select(command => command.CommandType).ShouldBe(
            typeof(Disclosure).Assembly.GetTypes().Where(type => type.GetMethod("Decide") is { } decide
                && decide.ReturnType == typeof(Decision) && decide.GetParameters()[0].ParameterType == typeof(Disclosure)), ignoreOrder: true);
        commands.Select(command => command.Route).ShouldBeUnique();
        // The names are a contract: clients, batches and import files call the commands by them.
        commands.Select(command => command.Name).ShouldBe(
            [
                "open-disclosure", "add-finding", "record-merge", "record-payment", "correct-payment", "establish-engagement", "confirm-worker",
                "log-outreach", "record-delivery", "record-bounce", "record-answer", "acknowledge", "classify-reaction", "make-commitment",
                "keep-commitment", "request-update", "receive-update", "revoke-access", "assess-implant", "engage-help", "resolve", "close",
                "reopen", "request-privacy", "add-note", "retract-fact", "assess-severity", "set-embargo", "lift-embargo", "request-information",
                "provide-information", "migrate-policy", "pause-clock", "resume-clock", "extend-clock", "take-step", "give-final-notice",
                "propose-publication", "approve-publication", "schedule-publication", "hold-publication", "release-publication", "publish",
                "withdraw-publication", "erase-disclosure", "mark-disclosure", "mark-fact", "restrict-disclosure", "unrestrict-disclosure",
                "assign", "unassign", "tag", "untag",
            ]);
    }
}
