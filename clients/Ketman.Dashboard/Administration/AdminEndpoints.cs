using Ketman.Dashboard.Connection;
using Ketman.Dashboard.Forms;
using Ketman.Dashboard.Shell;

namespace Ketman.Dashboard.Administration;

/// <summary>What keeps the platform and its people: each part for those whose role it is, the rest refuses.</summary>
internal static class AdminEndpoints
{
    public static void MapAdministration(this IEndpointRouteBuilder app)
    {
        app.MapGet("/admin", ShowAsync);
        app.MapUsers();
        app.MapKeys();
        app.MapPolicies();
        app.MapOperations();
        app.MapAudit();
    }

    private static async Task<IResult> ShowAsync(PlatformApi api, Visitor visitor, CancellationToken cancellation)
    {
        Refusals.Unless(visitor.Is("admin") || visitor.Is("lead"), Words.Admin_ForAdmins);
        // Health is told to whoever may read cases: of admins alone it is kept with everything else of that kind.
        var health = visitor.Is("viewer") ? await api.FindAsync<PlatformHealth>("/health", cancellation) : null;
        return Page.Of<AdminPage>(new { Health = health });
    }
}
