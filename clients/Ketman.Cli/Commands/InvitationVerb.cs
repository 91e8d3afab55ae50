using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>Coming in for the first time. It needs no key; whoever has the invitation is meant.</summary>
internal static class InvitationVerb
{
    public static Command Create() => new Verb("invitation", "An invitation that an admin made: accepted by whoever it is for.").With(Accept());

    private static Verb Accept()
    {
        var file = new Option<string?>("--file") { Description = "a file with the invitation, e.g. --file .ketman/admin.invitation (default: it is asked for)", HelpName = "file" };
        var name = new Option<string?>("--name") { Description = "the name to go by, for the first admin only; others are named in the invitation; e.g. --name mira", HelpName = "name" };
        return new Verb("accept", "Sets the password that the invitation is for; signing in is then for the dashboard.",
                "ketman invitation accept", "ketman invitation accept --file .ketman/admin.invitation --name mira")
            .With(file, name)
            .Does(async (session, cancellation) =>
            {
                var surroundings = session.Surroundings;
                if (surroundings.In is null || surroundings.Hidden is not { } hidden || !surroundings.ErrorIsTerminal)
                    throw new CliException(ExitCode.Usage, "Nobody can be asked for a password here: run this at a terminal.");

                // Neither is ever an argument: those stand in the shell's history and in the list of processes.
                var token = session.Parsed.GetValue(file) is { } path ? Read(path) : Ask(surroundings, hidden, "Invitation (kti_...): ");
                var password = Ask(surroundings, hidden, "New password (12 characters or more, best several words): ");
                if (Ask(surroundings, hidden, "The same again: ") != password)
                    throw new CliException(ExitCode.Refused, "The two are not the same; nothing was done.");

                var answer = (await session.Platform.PostAsStrangerAsync("invitations/accept", AdminRequest.Body(json =>
                {
                    json.WriteString("token", token);
                    json.WriteString("password", password);
                    if (session.Parsed.GetValue(name) is { } chosen)
                        json.WriteString("name", chosen);
                }), cancellation)).OrRefuse();
                using var document = Session.Read(answer);
                return AdminRequest.Done(session, answer, $"Welcome, {document.RootElement.Text("name")}. You are {document.RootElement.Text("roles")}. Set a second factor when you sign in.");
            });
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Usage, $"The invitation cannot be read: {path} is absent or not yours.");
        }
    }

    private static string Ask(Surroundings surroundings, Func<string?> hidden, string question)
    {
        surroundings.Error.Write(question);
        var typed = hidden()?.Trim();
        surroundings.Error.WriteLine();
        return typed is { Length: > 0 } ? typed : throw new CliException(ExitCode.Refused, "Nothing was typed; nothing was done.");
    }
}
