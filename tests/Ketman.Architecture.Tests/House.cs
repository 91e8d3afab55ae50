using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Ketman.Architecture.Tests;

/// <summary>The compiled house: every assembly of the platform, and what each type in it really uses.</summary>
internal static class House
{
    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<AssemblyDefinition> Assemblies { get; } =
    [
        .. Projects().Select(project => AssemblyDefinition.ReadAssembly(
            Path.Combine(AppContext.BaseDirectory, Path.GetFileNameWithoutExtension(project) + ".dll"))),
    ];

    public static IEnumerable<string> Projects(params string[] folders) =>
        (folders.Length > 0 ? folders : ["platform", "services", "gateway", "clients"])
        .Select(folder => Path.Combine(Root, folder)).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
        .Order();

    public static IEnumerable<AssemblyDefinition> In(params string[] folders) =>
        Projects(folders).Select(project => Assemblies.Single(assembly => assembly.Name.Name == Path.GetFileNameWithoutExtension(project)));

    public static IEnumerable<TypeDefinition> Types(AssemblyDefinition assembly) => assembly.MainModule.Types.SelectMany(Within);

    /// <summary>A type and its compiler-made parts (lambdas, iterators), which are where its code often is; not its named nested types.</summary>
    public static IEnumerable<TypeDefinition> WithCompilerMade(TypeDefinition type) =>
        type.NestedTypes.Where(nested => nested.Name.Contains('<', StringComparison.Ordinal)).SelectMany(WithCompilerMade).Prepend(type);

    /// <summary>Full names of every type that <paramref name="type"/> mentions in signatures, attributes or code.</summary>
    public static IEnumerable<string> Uses(TypeDefinition type) => References(type).Distinct();

    /// <summary>Full names of every method that the code of <paramref name="type"/> calls.</summary>
    public static IEnumerable<string> Calls(TypeDefinition type) => type.Methods.Where(method => method.HasBody)
        .SelectMany(method => method.Body.Instructions)
        .Select(instruction => instruction.Operand).OfType<MethodReference>()
        .Select(called => $"{called.DeclaringType.FullName}::{called.Name}").Distinct();

    private static IEnumerable<TypeDefinition> Within(TypeDefinition type) => type.NestedTypes.SelectMany(Within).Prepend(type);

    private static IEnumerable<string> References(TypeDefinition type)
    {
        var mentioned = new List<TypeReference?> { type.BaseType };
        mentioned.AddRange(type.Interfaces.Select(one => one.InterfaceType));
        mentioned.AddRange(type.Fields.Select(one => one.FieldType));
        foreach (var method in type.Methods)
        {
            mentioned.Add(method.ReturnType);
            mentioned.AddRange(method.Parameters.Select(one => one.ParameterType));
            if (method.HasBody)
            {
                mentioned.AddRange(method.Body.Variables.Select(one => one.VariableType));
                mentioned.AddRange(method.Body.Instructions.Select(OperandType));
            }
        }

        return mentioned.OfType<TypeReference>().SelectMany(Names);
    }

    private static TypeReference? OperandType(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => type,
        MemberReference member => member.DeclaringType,
        _ => null,
    };

    private static IEnumerable<string> Names(TypeReference type) => type is GenericInstanceType generic
        ? generic.GenericArguments.SelectMany(Names).Append(generic.ElementType.FullName)
        : [type.FullName];

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ketman.Platform.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests run outside of the repository.");
    }
}
