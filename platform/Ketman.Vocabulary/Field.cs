namespace Ketman.Vocabulary;

/// <summary>What a member of a command's body holds; decides how an option or a CSV cell becomes JSON.</summary>
internal enum FieldKind
{
    Text,
    Moment,
    Integer,
    Decimal,
    YesNo,
    Choice,
    TextList,
}

/// <summary>To what the text of a member refers, when it is a reference.</summary>
internal enum Refers
{
    ToNothing,
    ToCompany,
    ToAccount,
    ToLead,
    ToDisclosure,

    /// <summary>An earlier fact of the same stream: the id of its event, or the key it was recorded with.</summary>
    ToFact,
}

/// <summary>One member of a command's body: the API's name for it, and what a person has to know to fill it in.</summary>
/// <param name="Name">The JSON member, also the CSV column.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Meaning">Half a sentence, lower case, no full stop.</param>
/// <param name="Example">A value as one types it on the command line.</param>
internal sealed record Field(string Name, FieldKind Kind, string Meaning, string Example)
{
    public bool Required { get; init; }

    public Refers Refers { get; init; }

    public IReadOnlyList<string> Choices { get; init; } = [];

    public int? MaxLength { get; init; }

    /// <summary>A regular expression that the text must match, for the schema.</summary>
    public string? Pattern { get; init; }

    /// <summary>The option's name when it is not simply the member's in kebab case, e.g. one <c>--account</c> for each of <c>accounts</c>.</summary>
    public string? OptionName { get; init; }

    public string Option => "--" + (OptionName ?? Kebab(Name));

    public bool IsList => Kind is FieldKind.TextList;

    public Field Must() => this with { Required = true };

    public Field Matching(string pattern) => this with { Pattern = pattern };

    public static Field Text(string name, string meaning, string example, int max = 200) =>
        new(name, FieldKind.Text, meaning, example) { MaxLength = max };

    public static Field Moment(string name, string meaning, string example = "2025-02-03T14:05:00Z") =>
        new(name, FieldKind.Moment, meaning, example);

    public static Field Integer(string name, string meaning, string example) => new(name, FieldKind.Integer, meaning, example);

    public static Field Decimal(string name, string meaning, string example) => new(name, FieldKind.Decimal, meaning, example);

    public static Field YesNo(string name, string meaning) => new(name, FieldKind.YesNo, meaning, "true");

    public static Field Choice(string name, string meaning, params string[] choices) =>
        new(name, FieldKind.Choice, meaning, choices[0]) { Choices = choices };

    public static Field List(string name, string option, string meaning, string example, Refers refers = Refers.ToNothing) =>
        new(name, FieldKind.TextList, meaning, example) { OptionName = option, Refers = refers, MaxLength = 200 };

    public static Field Account(string name, string meaning, string example = "github:quietfox") =>
        new(name, FieldKind.Text, meaning, example) { Refers = Refers.ToAccount, MaxLength = 300 };

    public static Field Company(string name, string meaning, string example = "halcyon") =>
        new(name, FieldKind.Text, meaning, example) { Refers = Refers.ToCompany, MaxLength = 300 };

    public static Field Lead(string name, string meaning, string example = "lead-quietfox") =>
        new(name, FieldKind.Text, meaning, example) { Refers = Refers.ToLead, MaxLength = 300 };

    public static Field Fact(string name, string meaning, string example) =>
        new(name, FieldKind.Text, meaning, example) { Refers = Refers.ToFact, MaxLength = 300 };

    private static string Kebab(string camel) =>
        string.Concat(camel.Select(c => char.IsAsciiLetterUpper(c) ? "-" + char.ToLowerInvariant(c) : c.ToString()));
}
