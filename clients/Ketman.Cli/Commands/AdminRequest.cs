using System.Buffers;
using System.Text.Json;
using Ketman.Cli.Connection;

namespace Ketman.Cli.Commands;

/// <summary>What admins ask of the gateway: small bodies, and answers that a program takes as they are.</summary>
internal static class AdminRequest
{
    /// <summary>The roles there are, as descriptions list them.</summary>
    public const string Roles = "viewer, analyst, lead, publisher, admin";

    /// <summary>The clearances there are, as descriptions list them.</summary>
    public const string Clearances = "clear, green, amber, amber-strict, red";

    /// <summary>Posts an object; refusals end the command.</summary>
    public static async Task<Answer> PostAsync(Session session, string path, Action<Utf8JsonWriter> members, CancellationToken cancellation) =>
        (await session.Platform.PostAsync(path, Body(members), Guid.CreateVersion7().ToString("N"), cancellation)).OrRefuse();

    /// <summary>An object with these members.</summary>
    public static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    public static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Says that it is done, or prints the answer for a program.</summary>
    public static ExitCode Done(Session session, Answer answer, string sentence)
    {
        if (!session.Json)
            session.Screen.Line(sentence);
        else if (answer.Body.Length > 0)
            session.Screen.Raw(answer.Body);
        return ExitCode.Ok;
    }

    /// <summary>Prints a secret alone on standard output, so that it can go into a file, and says beside it what it is.</summary>
    public static ExitCode ShowSecret(Session session, Answer answer, string member, string remark)
    {
        if (session.Json)
        {
            session.Screen.Raw(answer.Body);
            return ExitCode.Ok;
        }

        using var document = Session.Read(answer);
        session.Screen.Line(Output.Json.Text(document.RootElement, member) ?? throw new CliException(ExitCode.Unreachable, $"The platform answered without a {member}."));
        session.Screen.Remark(remark);
        return ExitCode.Ok;
    }
}
