using System.CommandLine;
using Ketman.Cli.Output;

namespace Ketman.Cli.Commands;

/// <summary>The people who sign in.</summary>
internal static class UsersVerb
{
    public static Command Create() => new Verb("users", "People who sign in: invited, given roles, locked, removed. For admins.").With(
        ListVerb.Create("list", "Lists the users, those that were removed as well.", "users",
            [new("Name"), new("Roles"), new("Clearance"), new("Status"), new("Second factor"), new("Since"), new("Invited by")],
            (session, item) => [item.Text("name"), item.Text("roles"), item.Text("clearance"), item.Text("status"), item.Text("secondFactor"),
                session.Time(item.Text("createdAt")), item.Text("createdBy")],
            "No users.", [], "ketman users list"),
        Invite(),
        SetRoles(),
        SetClearance(),
        Change("lock", "Keeps a user out, at once and until unlocked; the sessions end.", "is locked out", "ketman users lock mira"),
        Change("unlock", "Lets a locked user in again, also one that failed attempts to sign in have locked.", "may sign in again", "ketman users unlock mira"),
        Remove(),
        Sessions());

    private static Argument<string> Name() => new("name") { Description = "the user's name, e.g. mira", HelpName = "NAME" };

    private static string PathOf(Session session, Argument<string> name) => $"users/{Uri.EscapeDataString(session.Parsed.GetRequiredValue(name))}";

    private static Verb Invite()
    {
        var name = Name();
        var role = new Option<string[]>("--role") { Description = $"what a new user may; one of {AdminRequest.Roles}; may be given several times; left out for a user that exists", HelpName = "role" };
        var clearance = new Option<string?>("--clearance") { Description = $"hold a new user to a marking below what the roles read; one of {AdminRequest.Clearances}", HelpName = "marking" };
        return new Verb("invite", "Makes an invitation and prints it, this once: for somebody new, or for a user who needs a new password.",
                "ketman users invite mira --role analyst", "ketman users invite mira")
            .With(name, role, clearance)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(name);
                var answer = await AdminRequest.PostAsync(session, "invitations", json =>
                {
                    json.WriteString("name", wanted);
                    if (session.Parsed.GetValue(role) is { Length: > 0 } roles)
                        AdminRequest.WriteList(json, "roles", roles);
                    if (session.Parsed.GetValue(clearance) is { } marking)
                        json.WriteString("clearance", marking);
                }, cancellation);
                return AdminRequest.ShowSecret(session, answer, "token",
                    $"Give it to {wanted} by a way that nobody else reads. It opens once, within 7 days: ketman invitation accept");
            });
    }

    private static Verb SetRoles()
    {
        var name = Name();
        var role = new Option<string[]>("--role") { Description = $"what the user may from now on; one of {AdminRequest.Roles}; may be given several times", HelpName = "role", Required = true };
        return new Verb("roles", "Gives a user other roles, in place of those held; open sessions have them at once.", "ketman users roles mira --role lead --role publisher")
            .With(name, role)
            .Does(async (session, cancellation) =>
            {
                var roles = session.Parsed.GetRequiredValue(role);
                var answer = await AdminRequest.PostAsync(session, PathOf(session, name) + "/roles", json => AdminRequest.WriteList(json, "roles", roles), cancellation);
                return AdminRequest.Done(session, answer, $"{session.Parsed.GetRequiredValue(name)} now has the roles {string.Join(", ", roles)}.");
            });
    }

    private static Verb SetClearance()
    {
        const string ByRoles = "by-roles";
        var name = Name();
        var clearance = new Argument<string>("clearance") { Description = $"one of {AdminRequest.Clearances}, at most what the roles read; or {ByRoles}: that", HelpName = "MARKING" };
        return new Verb("clearance", "Holds a user to a marking below what the roles read, or lifts that.", "ketman users clearance mira amber", "ketman users clearance mira by-roles")
            .With(name, clearance)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(clearance);
                var answer = await AdminRequest.PostAsync(session, PathOf(session, name) + "/clearance", json =>
                {
                    if (wanted != ByRoles)
                        json.WriteString("clearance", wanted);
                }, cancellation);
                return AdminRequest.Done(session, answer,
                    $"{session.Parsed.GetRequiredValue(name)} reads {(wanted == ByRoles ? "what the roles give" : $"up to TLP:{wanted.ToUpperInvariant().Replace("-", "+", StringComparison.Ordinal)}")}.");
            });
    }

    private static Verb Change(string verb, string description, string outcome, string example)
    {
        var name = Name();
        return new Verb(verb, description, example).With(name).Does(async (session, cancellation) =>
        {
            var answer = await AdminRequest.PostAsync(session, $"{PathOf(session, name)}/{verb}", _ => { }, cancellation);
            return AdminRequest.Done(session, answer, $"{session.Parsed.GetRequiredValue(name)} {outcome}.");
        });
    }

    private static Verb Remove()
    {
        var name = Name();
        var yes = new Option<bool>("--yes") { Description = "do not ask; needed where nobody can be asked, e.g. in a script" };
        return new Verb("remove", "Removes a user for good: password, second factor and sessions are gone; the name stays taken, since events bear it.",
                "ketman users remove mira", "ketman users remove mira --yes")
            .With(name, yes)
            .Does(async (session, cancellation) =>
            {
                var wanted = session.Parsed.GetRequiredValue(name);
                if (!session.Parsed.GetValue(yes))
                    Confirm(session, wanted);
                var answer = (await session.Platform.DeleteAsync(PathOf(session, name), cancellation)).OrRefuse();
                return AdminRequest.Done(session, answer, $"{wanted} is removed.");
            });
    }

    private static void Confirm(Session session, string name)
    {
        if (session.Surroundings.In is not { } keyboard || !session.Surroundings.ErrorIsTerminal)
            throw new CliException(ExitCode.Usage, "Nobody can be asked here; with --yes the user is removed without asking. It cannot be undone.");

        session.Surroundings.Error.Write($"Remove {Screen.Clean(name)} for good? Type the name to go on: ");
        if (keyboard.ReadLine()?.Trim() != name)
            throw new CliException(ExitCode.Refused, "Nobody was removed.");
    }

    private static Verb Sessions()
    {
        const string All = "all";
        var name = Name();
        var end = new Option<string?>("--end") { Description = $"end one by its id, or {All}, e.g. --end {All}", HelpName = "session" };
        return new Verb("sessions", "Shows where a user is signed in, or ends that.", "ketman users sessions mira", "ketman users sessions mira --end all")
            .With(name, end)
            .Does(async (session, cancellation) =>
            {
                var path = PathOf(session, name) + "/sessions";
                if (session.Parsed.GetValue(end) is { } wanted)
                {
                    var answer = (await session.Platform.DeleteAsync(wanted == All ? path : $"{path}/{Uri.EscapeDataString(wanted)}", cancellation)).OrRefuse();
                    return AdminRequest.Done(session, answer, wanted == All ? $"{session.Parsed.GetRequiredValue(name)} is signed out everywhere." : "The session is ended.");
                }

                return await session.ShowAsync(path, sessions => session.Screen.Table(
                    [new("Session"), new("Began"), new("Last seen"), new("Ends"), new("From")],
                    [.. sessions.Items().Select(item => new[]
                    {
                        item.Text("id"), session.Time(item.Text("createdAt")), session.Time(item.Text("lastSeenAt")), session.Time(item.Text("expiresAt")), item.Text("address"),
                    })],
                    "Signed in nowhere."), cancellation);
            });
    }
}
