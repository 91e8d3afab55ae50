namespace Ketman.Vocabulary;

/// <summary>The services that take commands, each with a batch endpoint of its own.</summary>
internal enum Service
{
    Intake,
    Disclosures,
}

/// <summary>
/// A command of the API as the CLI knows it: the same entry gives the command line its options, the import file its line
/// type, and the JSON Schema its members, so that the three cannot drift apart.
/// </summary>
/// <param name="Name">The command's name, also the <c>type</c> of an import line.</param>
/// <param name="Service">Who decides it.</param>
/// <param name="Aggregate">What it is decided on: <c>company</c>, <c>account</c>, <c>assessment</c> (named like its account), <c>lead</c> or <c>disclosure</c>.</param>
/// <param name="Route">The path below <c>/api/v1/</c>; <c>{ref}</c> is the target, any other <c>{name}</c> a member of the body.</param>
/// <param name="Meaning">One sentence: what it records, and what is worth knowing about it.</param>
/// <param name="Fields">The members of the body, the target's not among them.</param>
internal sealed record LineType(
    string Name, Service Service, string Aggregate, string Route, string Meaning, IReadOnlyList<Field> Fields)
{
    /// <summary>Whole import lines; those of all types, in the catalogue's order, are one valid file.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>
    /// Whether it takes time and several people, such as a step of a publication: its example is right, but in one file with the
    /// others it would be refused.
    /// </summary>
    public bool StandsAlone { get; init; }

    /// <summary>Sets of members of which one must be there, beside the required ones.</summary>
    public IReadOnlyList<string> AtLeastOneOf { get; init; } = [];

    /// <summary>Whether the command creates what it is decided on, and so has no target to name.</summary>
    public bool Creates => !Route.Contains("{ref}", StringComparison.Ordinal);

    /// <summary>The member of an import line that names the target, or null when the command creates it.</summary>
    public string? TargetMember => Creates ? null : Aggregate;

    public Field? FieldNamed(string name) => Fields.FirstOrDefault(field => field.Name == name);
}
