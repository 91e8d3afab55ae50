using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;

namespace Ketman.Contracts;

/// <summary>
/// Marks a member of an event or a contract that is always narrower than what it stands in: whom one reached at a company, who a
/// worker is. A reader who is not cleared so far gets everything else.
/// </summary>
/// <param name="marking">How far it may go at most.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MarkedAttribute(Tlp marking) : Attribute
{
    /// <summary>How far it may go at most.</summary>
    public Tlp Marking { get; } = marking;
}

/// <summary>A member that is marked with <see cref="MarkedAttribute"/>.</summary>
/// <param name="Property">The member.</param>
/// <param name="JsonName">Its name in JSON.</param>
/// <param name="Marking">How far it may go.</param>
public sealed record MarkedMember(PropertyInfo Property, string JsonName, Tlp Marking)
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyList<MarkedMember>> Known = new();

    /// <summary>The marked members of an event or contract, in their order.</summary>
    public static IReadOnlyList<MarkedMember> Of(Type type) => Known.GetOrAdd(type, static type =>
    [
        .. type.GetProperties().Select(member => (Member: member, Mark: member.GetCustomAttribute<MarkedAttribute>())).Where(one => one.Mark is not null)
            .Select(one => new MarkedMember(one.Member, JsonNamingPolicy.CamelCase.ConvertName(one.Member.Name), one.Mark!.Marking)),
    ]);

    /// <summary>The marked members that say something in <paramref name="said"/> and are above <paramref name="clearance"/>.</summary>
    public static IEnumerable<MarkedMember> Above(Tlp clearance, object said) =>
        Of(said.GetType()).Where(member => member.Marking > clearance && member.Property.GetValue(said) is not (null or System.Collections.ICollection { Count: 0 }));
}

/// <summary>How far what is known of a case may go. The one place where that is worked out: whoever shows anything asks here.</summary>
public static class Marking
{
    /// <summary>What nobody marked: TLP:AMBER.</summary>
    public const Tlp Usual = Tlp.Amber;

    /// <summary>A case: its mark, but TLP:RED while the company wishes privacy or an embargo stands.</summary>
    /// <param name="mark">What it was marked with last; null: nothing.</param>
    /// <param name="isPrivate">Whether the company asked for privacy, in this case, in another one or for all of them.</param>
    /// <param name="isEmbargoed">Whether an embargo stands.</param>
    public static Tlp OfCase(Tlp? mark, bool isPrivate, bool isEmbargoed) => isPrivate || isEmbargoed ? Tlp.Red : mark ?? Usual;

    /// <summary>When an embargo is over; a day is over when it is so everywhere: rather some hours too late. One without an end never is.</summary>
    /// <param name="until">Until when it was set.</param>
    public static DateTimeOffset EmbargoEnds(Moment? until) => until is not { } end ? DateTimeOffset.MaxValue
        : end.Precision is Precision.Day ? end.Start.AddDays(1).AddHours(12)
        : end.Start;

    /// <summary>A fact of a case: never lower than the case.</summary>
    public static Tlp OfFact(Tlp ofCase, Tlp? mark) => Higher(ofCase, mark ?? Tlp.Clear);

    /// <summary>What is put together of several things goes as far as the narrowest of them.</summary>
    public static Tlp Higher(Tlp one, Tlp other) => one > other ? one : other;

    /// <summary>As people write it, e.g. <c>TLP:AMBER+STRICT</c>.</summary>
    public static string Label(Tlp marking) => marking is Tlp.AmberStrict ? "TLP:AMBER+STRICT" : $"TLP:{marking.ToString().ToUpperInvariant()}";

    /// <summary>What stands in a text in the place of what is withheld.</summary>
    public static string Withheld(Tlp marking) => $"[withheld: {Label(marking)}]";
}

/// <summary>That something is withheld, where it would stand: what is left out is said to be left out.</summary>
/// <param name="Member">What: the path of a member, e.g. <c>outreach.recipient</c>, or <c>facts</c> where whole facts are.</param>
/// <param name="Marking">Up to whom it may go.</param>
/// <param name="Count">How many are left out, where that tells nothing; absent: not said.</param>
public sealed record WithheldPart(string Member, Tlp Marking, int? Count = null);

/// <summary>
/// That a list may leave cases out. It is said of every list, whether something is left out or not, so that its absence tells nothing.
/// </summary>
/// <param name="Note">In words.</param>
/// <param name="Cases">How many cases the reader may not know of, whatever the list was asked for; absent: fewer than three, or none.</param>
public sealed record WithheldCases(string Note, int? Cases)
{
    /// <summary>Below so many nobody is told how many: a number of one or two would point at somebody.</summary>
    public const int FewestTold = 3;

    /// <summary>Where counting ends.</summary>
    public const int MostTold = 1000;

    /// <summary>Says so of a number.</summary>
    public static WithheldCases Of(int count) => new("Cases that are not for you may be left out.", count < FewestTold ? null : count);
}
