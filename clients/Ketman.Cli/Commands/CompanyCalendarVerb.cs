using System.CommandLine;

namespace Ketman.Cli.Commands;

/// <summary>When people of a company work.</summary>
internal static class CompanyCalendarVerb
{
    public static Verb Create()
    {
        var company = new Argument<string>("company") { Description = "its handle or id, e.g. halcyon", HelpName = "COMPANY" };
        var file = new Argument<string?>("file") { Description = "a calendar, e.g. halcyon-hours.json with zone, hours and holidays", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };
        var remove = new Option<bool>("--remove") { Description = "it has no calendar of its own any more, e.g. ketman companies calendar halcyon --remove" };
        return new Verb("calendar", "Says when people of a company work: cases opened from then on count business time by it, where their policy lets them.",
            "ketman companies calendar halcyon halcyon-hours.json", "ketman companies calendar halcyon --remove")
            .With(company, file, remove)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(company);
                var (from, gone) = (session.Parsed.GetValue(file), session.Parsed.GetValue(remove));
                if (from is null != gone)
                    throw new CliException(ExitCode.Usage, "Give either a FILE or --remove.");

                var body = from is null ? """{"remove":true}"""u8.ToArray() : PolicyVerb.Body(session, from, member: "calendar");
                var answer = (await session.Platform.PostAsync(
                    $"companies/{Uri.EscapeDataString(wanted)}/calendar", body, Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();
                if (session.Json)
                {
                    session.Screen.Raw(answer.Body);
                    return ExitCode.Ok;
                }

                using var read = Session.Read(answer);
                session.Screen.Line(Output.Json.Text(read.RootElement, "changed") == "no" ? $"Nothing new: {wanted} has it already."
                    : gone ? $"{wanted} has no calendar of its own any more." : $"{wanted} has a calendar of its own.");
                return ExitCode.Ok;
            });
    }
}
