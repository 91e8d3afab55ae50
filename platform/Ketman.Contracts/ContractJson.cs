using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Ketman.Contracts;

/// <summary>The JSON of everything that is stored or sent: camelCase members, kebab-case enumerations, no nulls.</summary>
public static class ContractJson
{
    private static readonly FrozenDictionary<string, Type> TypesByUrn = typeof(ContractJson).Assembly.GetTypes()
        .Where(type => type.GetCustomAttribute<ContractAttribute>() is not null)
        .ToFrozenDictionary(type => type.GetCustomAttribute<ContractAttribute>()!.Urn);

    private static readonly FrozenDictionary<Type, string> UrnsByType =
        TypesByUrn.ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    /// <summary>The options of every serializer of the platform.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>All contracts: URN and record type.</summary>
    public static IReadOnlyDictionary<string, Type> All => TypesByUrn;

    /// <summary>The URN of a contract's record type.</summary>
    /// <exception cref="KeyNotFoundException">The type bears no <see cref="ContractAttribute"/>.</exception>
    public static string UrnOf(Type contract) => UrnsByType[contract];

    /// <summary>Reads the payload of <paramref name="message"/>, or null when this build does not know its type.</summary>
    /// <exception cref="JsonException">The payload does not fit the contract.</exception>
    public static object? Read(IntegrationEvent message) =>
        TypesByUrn.TryGetValue(message.Type, out var type) ? message.Data.Deserialize(type, Options) : null;

    /// <summary>
    /// A member that is neither nullable nor has a default must be there. (The serializer's own switch would demand the
    /// nullable ones too, which are left out when null.)
    /// </summary>
    public static void RequireWhatCannotBeNull(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            // What cannot be set (members of anonymous types, which are only written) cannot be required either.
            if (property is { Set: not null, AssociatedParameter: { HasDefaultValue: false, IsNullable: false } parameter }
                && Nullable.GetUnderlyingType(parameter.ParameterType) is null)
            {
                property.IsRequired = true;
            }
        }
    }

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireWhatCannotBeNull } },
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly();
        return options;
    }
}
