using System.Reflection;

namespace Ketman.EventStore.Rebuilding;

/// <summary>
/// The tables of a read model that can be rebuilt: everything in them follows from the history. What else the scripts make
/// (views and functions, which hold nothing) is made anew with them; tables that are not named are left alone.
/// </summary>
/// <param name="Scripts">The assembly that embeds the numbered scripts.</param>
/// <param name="Component">The name under which they are applied as migrations.</param>
/// <param name="Names">The tables, without a schema.</param>
public sealed record ReadModelTables(Assembly Scripts, string Component, IReadOnlyList<string> Names)
{
    /// <summary>Tells builds apart; the same source gives the same.</summary>
    internal Guid Build => Scripts.ManifestModule.ModuleVersionId;
}
