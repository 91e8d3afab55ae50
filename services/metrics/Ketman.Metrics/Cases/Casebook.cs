using System.Collections.Frozen;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Confidential;

namespace Ketman.Metrics.Cases;

/// <summary>All that a set of facts tells: cases, companies and accounts, ready to be counted.</summary>
public sealed class Casebook
{
    private static readonly FrozenSet<Type> OfDisclosures = ContractJson.All.Values.Where(type => type.Namespace == typeof(DisclosureOpened).Namespace).ToFrozenSet();

    private readonly Dictionary<Guid, CompanyProfile> _companies;

    private Casebook(
        IReadOnlyList<Case> cases, IReadOnlyList<OtherCase> others, Dictionary<Guid, CompanyProfile> companies, Workforce workforce, ILookup<Guid, Fact> accountFacts)
    {
        Others = others;
        Cases = cases;
        _companies = companies;
        Workforce = workforce;
        AccountFacts = accountFacts;
    }

    /// <summary>Every case, in the order in which they were opened.</summary>
    public IReadOnlyList<Case> Cases { get; }

    /// <summary>Cases of the same companies of which nothing counts here but who may know of them.</summary>
    internal IReadOnlyList<OtherCase> Others { get; }

    /// <summary>Who is behind which account.</summary>
    public Workforce Workforce { get; }

    /// <summary>The facts of Intake on accounts, by the account that stands for them.</summary>
    public ILookup<Guid, Fact> AccountFacts { get; }

    /// <summary>Reads facts in any order.</summary>
    public static Casebook From(IEnumerable<Fact> facts, TeamCalendar calendar) => From(facts, [], calendar);

    /// <summary>Reads facts in any order, beside other cases of the companies that they tell of.</summary>
    internal static Casebook From(IEnumerable<Fact> facts, IReadOnlyList<OtherCase> others, TeamCalendar calendar)
    {
        var bySource = facts.ToLookup(fact => OfDisclosures.Contains(fact.Said.GetType()));
        var intake = bySource[false].ToList();
        var workforce = Workforce.From(intake);
        return new Casebook(
            [
                .. bySource[true].GroupBy(fact => fact.Subject).Select(group => Case.From(group, calendar)).OfType<Case>()
                    .OrderBy(known => known.Opening.At, calendar).ThenBy(known => known.Id),
            ],
            others,
            intake.GroupBy(fact => fact.Subject).Select(group => CompanyProfile.From(group)).OfType<CompanyProfile>()
                .ToDictionary(company => company.Id),
            workforce,
            intake.ToLookup(fact => workforce.RootOf(fact.Subject)));
    }

    /// <summary>The same as of the end of <paramref name="day"/>. Who is who does not depend on the day.</summary>
    public Casebook Until(DateOnly day) =>
        new([.. Cases.Select(known => known.Until(day))], Others, _companies, Workforce, AccountFacts);

    /// <summary>The same as if there were no such cases.</summary>
    public Casebook Without(IReadOnlySet<Guid> cases) =>
        new([.. Cases.Where(known => !cases.Contains(known.Id))], Others, _companies, Workforce, AccountFacts);

    /// <summary>A company's profile, when it is known.</summary>
    public CompanyProfile? Company(Guid id) => _companies.GetValueOrDefault(id);
}

/// <summary>A case of which only is known who may know of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CompanyId">Whose case it is.</param>
/// <param name="Confidentiality">Who may know of it; nothing is said of single facts.</param>
internal sealed record OtherCase(Guid Id, Guid CompanyId, CaseConfidentiality Confidentiality);
