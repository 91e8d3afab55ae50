using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Forms;

/// <summary>Pages that are not for everybody. The platform would refuse what is sent from them; nobody should type it in vain.</summary>
internal static class Refusals
{
    /// <exception cref="ApiProblemException">Neither an analyst nor a lead.</exception>
    public static void UnlessMayRecord(Visitor visitor) => Unless(visitor.MayRecord, Words.Form_ForRecorders);

    /// <exception cref="ApiProblemException">It is not.</exception>
    public static void Unless(bool allowed, string whoMay)
    {
        if (!allowed)
        {
            throw new ApiProblemException(new Problem(StatusCodes.Status403Forbidden, "urn:ketman:problem:forbidden", Words.Form_Forbidden, whoMay, []));
        }
    }
}
