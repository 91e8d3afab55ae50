namespace Ketman.Cli;

/// <summary>What the exit status of <c>ketman</c> says; <c>ketman --help</c> lists it.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Refused: a rule of the domain forbids it, or what was named does not exist.</summary>
    Refused = 1,

    /// <summary>The command line, a setting or a value in it is wrong.</summary>
    Usage = 2,

    /// <summary>The platform cannot be reached, or cannot answer.</summary>
    Unreachable = 3,

    /// <summary>No API key, a wrong one, or one that may not do this.</summary>
    NotAllowed = 4,

    /// <summary>An import went through, but some of its lines failed.</summary>
    PartlyFailed = 5,

    /// <summary>What was to be verified does not hold: something was changed, removed or added.</summary>
    Broken = 6,

    /// <summary>Stopped by Ctrl-C.</summary>
    Interrupted = 130,
}
