using Ketman.Contracts;
using Ketman.Hosting.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Ketman.Hosting.Auth;

/// <summary>For whom something is made that leaves: the caller, or with <c>?tlp=</c> somebody who is cleared for less.</summary>
public static class ReaderLevel
{
    private static readonly Dictionary<string, Tlp> Names = new(StringComparer.Ordinal)
    {
        ["clear"] = Tlp.Clear,
        ["green"] = Tlp.Green,
        ["amber"] = Tlp.Amber,
        ["amber-strict"] = Tlp.AmberStrict,
        ["red"] = Tlp.Red,
    };

    /// <summary>Reads it, or says what is wrong with it.</summary>
    /// <param name="tlp">As it came in the address; null: for the caller.</param>
    /// <param name="caller">Nobody makes anything for readers who are cleared for more than he is.</param>
    /// <param name="level">Up to which marking it may show anything.</param>
    public static ProblemDetails? Read(string? tlp, Caller caller, out Tlp level)
    {
        level = caller.Clearance;
        return tlp is null || (Names.TryGetValue(tlp, out level) && level <= caller.Clearance)
            ? null
            : Problems.InvalidRequest(new FieldError("tlp", $"must be one of {string.Join(", ", Names.Where(one => one.Value <= caller.Clearance).Select(one => one.Key))}"));
    }

    /// <summary>422: nothing of it may go so far.</summary>
    public static ProblemDetails TooNarrow(Tlp marking, Tlp level) => Problems.With(
        StatusCodes.Status422UnprocessableEntity, "marked-higher", "It may not go so far.",
        $"The case is marked {Marking.Label(marking)}; nothing of it may go to readers of {Marking.Label(level)}.", [new FieldError("tlp", "is below the marking of the case")]);
}
