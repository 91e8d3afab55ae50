namespace Ketman.Intake;

/// <summary>What an erased thing is called where a name must be: it follows from the id, which is random or said already.</summary>
internal static class ErasedName
{
    /// <summary>E.g. <c>erased-3d0f6a6b7c21</c>: the end of the id, as the beginning of a random one is a time.</summary>
    public static string Of(Guid id) => $"erased-{id.ToString("N")[^12..]}";
}
