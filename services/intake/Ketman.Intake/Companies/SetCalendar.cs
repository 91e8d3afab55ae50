using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using Ketman.Calendars;
using Ketman.EventStore.Deciding;

namespace Ketman.Intake.Companies;

/// <summary>Says when people of the company work: cases that are opened from then on count business time by it, where their policy lets them.</summary>
/// <param name="Calendar">The calendar: <c>zone</c>, <c>hours</c> and <c>holidays</c>.</param>
/// <param name="Remove">True: it has none of its own any more.</param>
public sealed record SetCalendar(JsonElement? Calendar = null, bool Remove = false)
{
    /// <summary>The calendar that it has already, however it is written, changes nothing.</summary>
    public static Decision Decide(Company state, SetCalendar command, CommandContext context)
    {
        var calendar = command.Calendar is { } json && BusinessCalendar.TryRead(json, out var read, out _) ? read.Document : null;
        return state.Calendar == calendar ? Decision.Nothing : Decision.Accept(new CompanyCalendarSet(calendar, context.At(null)));
    }

    internal sealed class Rules : AbstractValidator<SetCalendar>
    {
        public Rules()
        {
            RuleFor(c => c.Calendar).Must((c, calendar) => calendar is null == c.Remove)
                .WithMessage("give either a calendar, such as {\"zone\":\"Europe/Berlin\",\"hours\":\"24x7\"}, or remove: true");
            RuleFor(c => c.Calendar).Custom((calendar, context) =>
            {
                if (calendar is not { } json || Readable(json, out var errors))
                {
                    return;
                }

                foreach (var error in errors)
                {
                    context.AddFailure(new ValidationFailure(error.Field.Length == 0 ? "calendar" : $"calendar.{error.Field}", error.Message));
                }
            });
        }

        private static bool Readable(JsonElement json, out IReadOnlyList<CalendarError> errors)
        {
            try
            {
                return BusinessCalendar.TryRead(json, out _, out errors);
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair, written as an escape, is found only when the text is asked for.
                errors = [new CalendarError("", "text must be valid Unicode")];
                return false;
            }
        }
    }
}
