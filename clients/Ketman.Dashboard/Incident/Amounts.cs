using System.Globalization;

namespace Ketman.Dashboard.Incident;

/// <summary>Amounts as they are: never rounded, digits in groups of three.</summary>
internal static class Amounts
{
    public static string Show(decimal amount) => amount.ToString("#,0.############################", CultureInfo.InvariantCulture);
}
