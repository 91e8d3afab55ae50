using System.Text.Json.Nodes;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Contracts.Intake;
using Ketman.EventStore.Deciding;
using Ketman.Hosting.Auth;
using Ketman.Hosting.Web;
using Ketman.Metrics.Cases;
using Ketman.Metrics.Reading;
using Ketman.Metrics.Statements.Kept;

namespace Ketman.Metrics.Statements;

/// <summary>How a figure of a month was reached, as far as its reader may know.</summary>
/// <param name="Month">The month.</param>
/// <param name="Zone">The team's zone, in which it begins and ends.</param>
/// <param name="From">Its first instant.</param>
/// <param name="Until">The first instant after it.</param>
/// <param name="Marking">Up to which marking it tells anything.</param>
/// <param name="Definition">What counts, in words.</param>
/// <param name="Numbers">The figure's numbers; of what is withheld, the marking.</param>
/// <param name="Contributing">What it was counted from, case by case; at the end what belongs to no case.</param>
/// <param name="LeftOut">What was looked at and did not count, and why.</param>
/// <param name="Note">That something may be left out.</param>
public sealed record StatementExplanation(
    string Month, string Zone, DateTimeOffset From, DateTimeOffset Until, Tlp Marking, MetricDefinition Definition, IReadOnlyList<FigureCell> Numbers,
    IReadOnlyList<ContributingCase> Contributing, IReadOnlyList<LeftOut> LeftOut, string Note)
{
    private const string MayBeLeftOut = "Cases and facts that are not for you may be left out.";

    private static readonly Dictionary<string, Type[]> Counted = new(StringComparer.Ordinal)
    {
        ["affected-companies"] = [typeof(CodeMerged), typeof(PaymentRecorded)],
        ["confirmed-workers"] = [typeof(WorkerConfirmed)],
        ["money-transferred"] = [typeof(PaymentRecorded), typeof(PaymentCorrected)],
        ["time-of-activity"] = [typeof(CodeMerged), typeof(PaymentRecorded), typeof(EngagementEstablished), typeof(AccessRevoked)],
        ["reactions"] = [typeof(ReactionClassified), typeof(OutreachAttempted), typeof(CommitmentMade), typeof(UpdateRequested)],
        ["reaction-time"] = [typeof(OutreachAttempted), typeof(OutreachDelivered), typeof(DisclosureAcknowledged)],
        ["implants-found"] = [typeof(ImplantAssessed)],
        ["post-exploitation-help"] = [typeof(PostExploitationHelpEngaged)],
        ["escalations"] = [typeof(EscalationStepDue), typeof(EscalationStepTaken), typeof(EscalationStepCancelled), typeof(SlaBreached), typeof(FinalNoticeGiven)],
        ["publications"] = [typeof(PublicationProposed), typeof(PublicationApproved), typeof(CompanyNamed), typeof(PublicationStopped), typeof(PublicationWithdrawn)],
    };

    /// <summary>Explains a figure; null: there is none of that name.</summary>
    internal static StatementExplanation? Of(string figure, StatementDraft draft, StatementView view)
    {
        var cut = StatementJson.Cut(view);
        if (cut.Select(member => member.Value).OfType<JsonObject>().FirstOrDefault(node => (string?)node["definition"]?["name"] == figure) is not { } found)
        {
            return null;
        }

        var definition = System.Text.Json.JsonSerializer.Deserialize<MetricDefinition>(found["definition"], ContractJson.Options)!;
        var byId = draft.Facts.ToDictionary(fact => fact.Id);
        var cases = draft.Book.Cases.ToDictionary(known => known.Id);
        var events = found["events"] is JsonArray ids ? ids.Select(id => byId[id!.GetValue<Guid>()]).ToList() : [];
        return new StatementExplanation(
            draft.Month.ToString(), draft.Month.Calendar.ZoneName, draft.Month.From, draft.Month.Until, view.Level, definition,
            [.. FigureSheet.Of(cut).Where(cell => cell.Figure == figure)],
            [
                .. events.GroupBy(fact => cases.ContainsKey(fact.Subject) ? fact.Subject : Guid.Empty).OrderBy(group => group.Key == Guid.Empty)
                    .Select(group => ContributingCase.Of(cases.GetValueOrDefault(group.Key), draft.Book, view.Reader, [.. group.Select(Explained.Of)])),
            ],
            view.Numbers.Touches(found.GetPropertyName()) ? [] : [.. Reasons(figure, draft, view.Reader)], MayBeLeftOut);
    }

    private static IEnumerable<LeftOut> Reasons(string figure, StatementDraft draft, StatementReader reader)
    {
        var (month, statement) = (draft.Month, draft.Statement);
        var known = draft.Book.Cases.Where(one => reader.Knows(one.Id) && !reader.Sensitive.Contains(one.Id)).Select(one => one.Until(month.Last)).ToList();
        var reasons = figure switch
        {
            "affected-companies" => Opened(known, month, draft.Book.Workforce),
            "confirmed-workers" => known.SelectMany(one => one.Of<WorkerConfirmed>()).Where(said => month.Contains(said.At)).ExceptBy(statement.ConfirmedWorkers.Events, said => said.Id)
                .Select(said => ("the worker was confirmed before, or by another fact of the same time", said.Fact)),
            "money-transferred" => known.SelectMany(one => one.Payments.Where(payment => payment.Usd is null && month.Contains(payment.At)).Select(payment => one.Facts.FirstOrDefault(fact => fact.Id == payment.Id))).OfType<Fact>()
                .Select(fact => ("no price is known, and none is guessed", fact)),
            "reaction-time" => known.IntersectBy(statement.AffectedCompanies.Companies.SelectMany(company => company.Disclosures), one => one.Id).Where(one => Measured.Of(one, month.AsOf) is null)
                .Select(one => ("nothing is known to have been delivered", one.Opening.Fact)),
            "indexed-accounts" => draft.Facts.Where(fact => fact.Said is AccountIndexed && month.Contains(fact.At) && reader.KnowsEvent(fact.Id)).ExceptBy(statement.IndexedAccounts.Events, fact => fact.Id)
                .Select(fact => ("not active, employed, or counted in another month", fact)),
            "escalations" => known.SelectMany(one => one.Of<SlaBreached>()).Where(said => month.Contains(said.At)).ExceptBy(statement.Escalations.Events, said => said.Id)
                .Select(said => ("the breach turned out to be none", said.Fact)),
            _ => [],
        };
        var kinds = Counted.GetValueOrDefault(figure, []);
        var retracted = draft.Facts.Select(fact => fact.Said).OfType<FactRetracted>().Select(said => said.FactId).ToHashSet();
        return reasons.Concat(draft.Facts.Where(fact => retracted.Contains(fact.Id) && kinds.Contains(fact.Said.GetType()) && month.Contains(fact.At) && reader.KnowsEvent(fact.Id)
                && reader.CaseOf(fact.Id) is { } owner && !reader.Sensitive.Contains(owner)).Select(fact => ("it was retracted", fact)))
            .Where(reason => reader.KnowsEvent(reason.Item2.Id))
            .GroupBy(reason => reason.Item1, reason => reason.Item2, StringComparer.Ordinal)
            .Select(group => new LeftOut(group.Key, group.Count(), [.. group.OrderBy(fact => fact.At, month.Calendar).ThenBy(fact => fact.Id).Select(Explained.Of)]));
    }

    private static IEnumerable<(string, Fact)> Opened(IEnumerable<Case> known, StatementMonth month, Workforce workforce)
    {
        foreach (var one in known.Where(one => month.Contains(one.Opening.At)))
        {
            var merged = one.Of<CodeMerged>().Select(said => workforce.WorkerOf(said.Said.AccountId)).ToHashSet(StringComparer.Ordinal);
            if (one.Payments.Any(payment => merged.Contains(workforce.WorkerOf(payment.AccountId))))
            {
                continue;
            }

            yield return (merged.Count > 0
                ? one.Payments.Count > 0 ? "code was merged and payments were made, but of different workers" : "code was merged, and no payment is known"
                : one.Payments.Count > 0 ? "payments are known, and no merged code" : "neither merged code nor payments are known", one.Opening.Fact);
        }
    }
}

/// <summary>A case that a figure was counted from.</summary>
/// <param name="Disclosure">Its handle; null: not to be named, or facts of no case.</param>
/// <param name="Company">The company's name; null: not to be named.</param>
/// <param name="Facts">What of it was counted.</param>
public sealed record ContributingCase(string? Disclosure, string? Company, IReadOnlyList<Explained> Facts)
{
    internal static ContributingCase Of(Case? known, Casebook book, StatementReader reader, IReadOnlyList<Explained> facts) => known is null || !reader.Knows(known.Id)
        ? new ContributingCase(null, null, facts)
        : new ContributingCase(known.Opening.Said.Handle, reader.Names(known.CompanyId) ? book.Company(known.CompanyId)?.Name : null, facts);
}

/// <summary>A fact, by what it can be found.</summary>
/// <param name="Event">Its id.</param>
/// <param name="Kind">Its contract, e.g. <c>payment-recorded</c>.</param>
/// <param name="At">When it happened.</param>
/// <param name="RecordedAt">When it was recorded.</param>
public sealed record Explained(Guid Event, string Kind, Moment At, DateTimeOffset RecordedAt)
{
    internal static Explained Of(Fact fact) => new(fact.Id, StatementCauses.KindOf(fact.Said), fact.At, fact.RecordedAt);
}

/// <summary>Facts that did not count.</summary>
/// <param name="Why">Why.</param>
/// <param name="Count">How many that the reader may know.</param>
/// <param name="Facts">Which.</param>
public sealed record LeftOut(string Why, int Count, IReadOnlyList<Explained> Facts);

/// <summary>GET /statements/{month}/figures/{figure}: how a figure was reached.</summary>
internal static class ExplanationEndpoint
{
    public static void MapExplanation(this IEndpointRouteBuilder routes) => routes
        .MapGet("statements/{month}/figures/{figure}", GetAsync).ForRole(CallerRoles.Viewer).WithName("explain-figure").WithSummary("How a figure of a month was reached.")
        .Produces<StatementExplanation>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> GetAsync(
        string month, string figure, string? tlp, string? asOf, string? by, Caller caller, HttpContext context, StatementDesk desk, TeamCalendar calendar, TimeProvider clock,
        CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var errors = AsOf.Read(asOf, by, calendar, now, out var past);
        if (errors.Count > 0)
        {
            return Problems.InvalidRequest(errors).ToResult();
        }

        if (StatementEndpoint.ReadMonth(month, "month", calendar, past?.At ?? now, out var asked) is { } wrong)
        {
            return wrong.ToResult();
        }

        if (ReaderLevel.Read(tlp, caller, out var level) is { } problem)
        {
            return problem.ToResult();
        }

        var draft = await desk.DraftAsync(asked, past, cancellation);
        return StatementExplanation.Of(figure, draft, draft.For(new Reader(caller.Name, level), now)) is { } explanation
            ? Tagged.Json(context, explanation)
            : Problems.With(
                StatusCodes.Status404NotFound, "figure-not-found", "There is no such figure.", "figure must be the name of a figure's definition, e.g. money-transferred.",
                [new FieldError("figure", "there is no such figure")]).ToResult();
    }
}
