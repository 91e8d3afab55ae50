using System.Collections.Frozen;
using Ketman.Contracts;

namespace Ketman.Metrics.Cases;

/// <summary>A bit for each contract, so that it is quickly known which kinds there are among many facts.</summary>
internal static class FactKinds
{
    private static readonly FrozenDictionary<Type, UInt128> Bits =
        ContractJson.All.Values.OrderBy(type => type.FullName, StringComparer.Ordinal).Select((type, index) => (type, Bit: BitOf(index))).ToFrozenDictionary(one => one.type, one => one.Bit);

    /// <summary>The bit of a contract; of anything else (what several are), all bits.</summary>
    public static UInt128 Of(Type contract) => Bits.TryGetValue(contract, out var bit) ? bit : UInt128.MaxValue;

    // Should there be more kinds than bits one day, the last share one: more is looked for than needs be, and found all the same.
    private static UInt128 BitOf(int index) => UInt128.One << Math.Min(index, 127);
}
