using Ketman.Dashboard.Connection;

namespace Ketman.Dashboard.Figures;

/// <summary>What the page of a figure shows.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Catalogue">What the numbers mean.</param>
/// <param name="Problem">Why there is no answer; null: there is one.</param>
public abstract record FigureView(FigureQuestion Question, MetricCatalogue Catalogue, Problem? Problem)
{
    /// <summary>What every answer has.</summary>
    public abstract FigureAnswer? Common { get; }

    /// <summary>What a group is called.</summary>
    public string NameOf<T>(FigureGroup<T> group) => Question["group"] switch
    {
        "company" => group.Name ?? group.Group,
        "segment" or "channel" => Forms.Labels.Of(group.Group),
        "actor" => group.Name ?? group.Group[(group.Group.IndexOf(':', StringComparison.Ordinal) + 1)..],
        _ => group.Group,
    };
}

/// <summary>The same of one figure.</summary>
public sealed record FigureView<T>(FigureQuestion Question, MetricCatalogue Catalogue, FigureAnswer<T>? Answer, Problem? Problem) : FigureView(Question, Catalogue, Problem)
{
    public override FigureAnswer? Common => Answer;
}
