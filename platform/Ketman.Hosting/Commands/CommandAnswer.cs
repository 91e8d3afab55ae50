using Microsoft.AspNetCore.Mvc;

namespace Ketman.Hosting.Commands;

/// <summary>What a carried-out command answers.</summary>
/// <param name="Id">The id of the command, which is also that of its first event: facts are referred to by it.</param>
/// <param name="Stream">The stream that it acted on.</param>
/// <param name="Ref">The handle of the thing it acted on, as the client may use it further.</param>
/// <param name="Version">The stream's version now.</param>
/// <param name="Changed">False: it had been done before, or there was nothing to do.</param>
/// <param name="Events">What was recorded by it, also when that was done by an earlier sending of it.</param>
public sealed record CommandAnswer(
    Guid Id, string Stream, string Ref, long Version, bool Changed, IReadOnlyList<AnsweredEvent> Events);

/// <summary>A recorded event.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Type">Its name, e.g. <c>outreach-attempted.v1</c>.</param>
/// <param name="Version">Its place in the stream.</param>
public sealed record AnsweredEvent(Guid Id, string Type, long Version);

/// <summary>A command to run: read and validated.</summary>
/// <param name="Definition">Which.</param>
/// <param name="Body">The command's record.</param>
/// <param name="Target">The reference to its stream; null when it creates one.</param>
/// <param name="Key">The idempotency key, or null.</param>
/// <param name="IfMatch">The version that the client saw, or null.</param>
internal sealed record CommandItem(CommandDefinition Definition, object Body, string? Target, string? Key, long? IfMatch);

/// <summary>Either an answer or a problem.</summary>
internal readonly record struct CommandOutcome(CommandAnswer? Answer, ProblemDetails? Problem)
{
    public static implicit operator CommandOutcome(ProblemDetails problem) => new(null, problem);
}
