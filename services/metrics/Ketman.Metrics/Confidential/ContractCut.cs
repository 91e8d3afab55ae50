using System.Text.Json;
using System.Text.Json.Nodes;
using Ketman.Contracts;

namespace Ketman.Metrics.Confidential;

/// <summary>A contract without the members that are above a clearance.</summary>
/// <param name="Content">What is left of it.</param>
/// <param name="Said">The same as a record, for putting it into words: in the place of a member that cannot be absent stands nothing's value.</param>
/// <param name="Withheld">What is left out; null: nothing.</param>
internal sealed record ContractCut(object Content, object Said, IReadOnlyList<WithheldPart>? Withheld)
{
    public static ContractCut Of(object said, Tlp clearance)
    {
        var above = MarkedMember.Above(clearance, said).ToList();
        if (above.Count == 0)
        {
            return new ContractCut(said, said, null);
        }

        var content = JsonSerializer.SerializeToNode(said, said.GetType(), ContractJson.Options)!.AsObject();
        var blank = content.DeepClone().AsObject();
        foreach (var member in above)
        {
            content.Remove(member.JsonName);
            blank.Remove(member.JsonName);
            if (member.Property.PropertyType == typeof(Guid))
            {
                blank[member.JsonName] = Guid.Empty;
            }
            else if (member.Property.PropertyType == typeof(IReadOnlyList<Guid>))
            {
                blank[member.JsonName] = new JsonArray();
            }
        }

        return new ContractCut(
            content, blank.Deserialize(said.GetType(), ContractJson.Options)!, [.. above.Select(member => new WithheldPart(member.JsonName, member.Marking))]);
    }
}
