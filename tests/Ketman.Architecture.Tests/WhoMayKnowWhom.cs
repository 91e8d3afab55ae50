using Mono.Cecil;

namespace Ketman.Architecture.Tests;

public sealed class WhoMayKnowWhom
{
    // What a client needs to verify a file without asking anybody.
    private const string Proof = "Ketman.Proof";

    // What a client needs to explain a due time without asking anybody.
    private const string Calendars = "Ketman.Calendars";

    // What the commands of the API are called and take: told to people by both clients.
    private const string Vocabulary = "Ketman.Vocabulary";

    private static readonly string[] Outside = ["Npgsql", "MassTransit", "Microsoft.AspNetCore", "System.Net.Http", "RabbitMQ"];

    [Fact]
    public void services_never_reference_one_another()
    {
        var services = House.In("services").Select(service => service.Name.Name).ToHashSet();

        var offences = House.In("services").SelectMany(
            service => References(service).Where(services.Contains).Select(other => $"{service.Name.Name} -> {other}"));

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void contracts_reference_nothing_but_the_framework()
    {
        var contracts = House.Assemblies.Single(assembly => assembly.Name.Name == "Ketman.Contracts");

        References(contracts).Where(name => !name.StartsWith("System.", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void proofs_reference_nothing_but_the_framework_so_that_they_can_be_verified_anywhere()
    {
        var proof = House.Assemblies.Single(assembly => assembly.Name.Name == Proof);

        References(proof).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public void calendars_reference_nothing_but_the_framework_and_the_worlds_time_zones()
    {
        var calendars = House.Assemblies.Single(assembly => assembly.Name.Name == Calendars);

        References(calendars).Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name != "NodaTime").ShouldBeEmpty();
    }

    [Fact]
    public void clients_speak_only_http_through_the_gateway()
    {
        var offences = House.In("clients").SelectMany(client => References(client)
            .Where(name => (name.StartsWith("Ketman.", StringComparison.Ordinal) && name is not (Proof or Calendars or Vocabulary)) || Outside.Take(2).Any(root => name.StartsWith(root, StringComparison.Ordinal)))
            .Select(name => $"{client.Name.Name} -> {name}"));

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void the_gateway_knows_no_service()
    {
        var services = House.In("services").Select(service => service.Name.Name).ToHashSet();

        House.In("gateway").SelectMany(References).Where(services.Contains).ShouldBeEmpty();
    }

    [Fact]
    public void decisions_events_and_states_know_neither_database_nor_bus_nor_web()
    {
        var pure = House.In("services").SelectMany(House.Types).Where(IsPure).ToList();
        pure.Count(IsDecision).ShouldBeGreaterThan(40, "the commands of Intake and Disclosures are decisions");

        var offences = pure.SelectMany(type => House.WithCompilerMade(type).SelectMany(House.Uses)
            .Where(used => Outside.Any(root => used.StartsWith(root + ".", StringComparison.Ordinal)))
            .Select(used => $"{type.FullName} -> {used}"));

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void decisions_neither_read_a_clock_nor_draw_an_id()
    {
        var offences = House.In("services").SelectMany(House.Types).Where(IsPure)
            .SelectMany(type => House.WithCompilerMade(type).SelectMany(House.Calls)
                .Where(call => call is "System.Guid::NewGuid" or "System.Guid::CreateVersion7"
                    || call.StartsWith("System.TimeProvider::", StringComparison.Ordinal))
                .Select(call => $"{type.FullName} calls {call}"));

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void nobody_reads_the_machines_clock_past_the_time_provider()
    {
        string[] clocks = ["get_Now", "get_UtcNow", "get_Today"];

        var offences = House.Assemblies.SelectMany(House.Types).SelectMany(type => House.Calls(type)
            .Where(call => clocks.Any(clock => call == $"System.DateTime::{clock}" || call == $"System.DateTimeOffset::{clock}"))
            .Select(call => $"{type.FullName} calls {call}"));

        offences.ShouldBeEmpty();
    }

    [Fact]
    public void only_the_bus_wiring_knows_the_bus()
    {
        var offences = House.Assemblies.SelectMany(assembly => House.Types(assembly)
            .Where(type => !OutermostNamespace(type).StartsWith("Ketman.Hosting.Bus", StringComparison.Ordinal))
            .SelectMany(type => House.Uses(type)
                .Where(used => used.StartsWith("MassTransit.", StringComparison.Ordinal) || used.StartsWith("RabbitMQ.", StringComparison.Ordinal))
                .Select(used => $"{type.FullName} -> {used}")));

        offences.ShouldBeEmpty();
    }

    /// <summary>
    /// No URL that a user gives is ever fetched: these classes alone talk HTTP, each to addresses of the settings (or, a client, of the command
    /// line). Whoever adds one, say for webhooks, adds a guard against addresses inside, and its attack test.
    /// </summary>
    [Fact]
    public void only_named_classes_talk_http_to_others()
    {
        string[] may =
        [
            "Ketman.Cli.Connection.PlatformClient", "Ketman.Dashboard.Connection.PlatformConnection", "Ketman.Gateway.Doors.Backend", "Ketman.Hosting.Auth.PeerClients",
            // Asks the OpenID provider of the settings for its keys.
            "Ketman.Gateway.Tokens.ProviderKeys",
        ];
        string[] made = ["System.Net.Http.HttpClient", "System.Net.Http.HttpMessageInvoker", "System.Net.Http.SocketsHttpHandler", "System.Net.Http.HttpClientHandler", "System.Net.Sockets.TcpClient", "System.Net.Sockets.Socket"];

        var offences = House.Assemblies.SelectMany(House.Types).SelectMany(type => House.Calls(type)
            .Where(call => made.Any(client => call == $"{client}::.ctor") || call.EndsWith("::AddHttpClient", StringComparison.Ordinal))
            .Where(_ => !may.Contains(Outermost(type).FullName))
            .Select(call => $"{type.FullName} calls {call}"));

        offences.ShouldBeEmpty();
    }

    /// <summary>No name that a user gives becomes a path: in the services and the gateway, only keys and settings are read from files.</summary>
    [Fact]
    public void only_named_classes_of_the_server_side_touch_files()
    {
        string[] may =
        [
            "Ketman.Hosting.KetmanSettings", "Ketman.Hosting.Auth.InternalKeys", "Ketman.Hosting.Auth.OwnerOnlyFile", "Ketman.Hosting.Auth.InternalTokenVerifier",
            "Ketman.Hosting.Proofs.SealKeyFiles", "Ketman.Gateway.Keys.FirstAdminKey", "Ketman.Gateway.Users.FirstInvitation", "Ketman.Gateway.Users.UserSecrets",
        ];

        var offences = House.In("services", "gateway", "platform").SelectMany(House.Types).SelectMany(type => House.Calls(type)
            .Where(call => new[] { "System.IO.File::", "System.IO.Directory::", "System.IO.FileStream::", "System.IO.FileInfo::", "System.IO.DirectoryInfo::" }
                .Any(way => call.StartsWith(way, StringComparison.Ordinal)))
            .Where(_ => !may.Contains(Outermost(type).FullName))
            .Select(call => $"{type.FullName} calls {call}"));

        offences.ShouldBeEmpty();
    }

    /// <summary>
    /// What is written as CSV runs as formulas in whatever opens it, so it is written in one place, which guards every cell (its attack test
    /// is with the statement's). The import only reads.
    /// </summary>
    [Fact]
    public void nobody_but_the_import_and_the_statement_knows_csv()
    {
        var offences = House.Assemblies.SelectMany(House.Types)
            .Where(type => !OutermostNamespace(type).StartsWith("Ketman.Cli.Import", StringComparison.Ordinal)
                && Outermost(type).FullName is not ("Ketman.Metrics.Statements.StatementCsv" or "Ketman.Metrics.Statements.StatementForm" or "Ketman.Cli.Commands.StatementVerb"))
            .SelectMany(type => type.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions)
                .Select(instruction => instruction.Operand).OfType<string>()
                .Where(text => text.Contains("text/csv", StringComparison.OrdinalIgnoreCase) || text.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
                .Select(text => $"{type.FullName}: {text}"))
            // These name the type in what they say of themselves, take and pass on; they write none.
            .Where(offence => !offence.StartsWith("Ketman.Metrics.Statements.StatementEndpoint", StringComparison.Ordinal)
                && !offence.StartsWith("Ketman.Dashboard.Statements.StatementEndpoints", StringComparison.Ordinal));

        offences.ShouldBeEmpty();
    }

    /// <summary>A cell is made of a number or of guarded text: the only way to put text into one is the guard.</summary>
    [Fact]
    public void every_cell_of_csv_goes_through_the_guard()
    {
        var writer = House.Assemblies.SelectMany(House.Types).Single(type => type.FullName == "Ketman.Metrics.Statements.StatementCsv");
        var cell = writer.NestedTypes.Single(type => type.Name == "Cell");
        var ofText = cell.Methods.Where(method => method.IsConstructor && method.Parameters.Any(parameter => parameter.ParameterType.FullName == "System.String")).ToList();
        ofText.ShouldHaveSingleItem().Body.Instructions.Select(instruction => instruction.Operand).OfType<MethodReference>().ShouldContain(method => method.Name == "Guarded");
        writer.Methods.Where(method => method.HasBody).SelectMany(method => method.Body.Instructions).Select(instruction => instruction.Operand).OfType<MethodReference>()
            .ShouldNotContain(method => method.DeclaringType.FullName == "System.Text.StringBuilder" && method.Name == "Append" && method.Parameters[0].ParameterType.FullName == "System.Object");
    }

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<string> References(AssemblyDefinition assembly) =>
        assembly.MainModule.AssemblyReferences.Select(reference => reference.Name);

    private static string OutermostNamespace(TypeDefinition type) => type.DeclaringType is { } outer ? OutermostNamespace(outer) : type.Namespace;

    private static bool IsDecision(TypeDefinition type) =>
        type.Methods.Any(method => method.IsStatic && method.Name == "Decide" && method.ReturnType.FullName == "Ketman.EventStore.Deciding.Decision");

    private static bool IsEvent(TypeDefinition type) =>
        type.Interfaces.Any(one => one.InterfaceType.FullName == "Ketman.EventStore.Deciding.IDomainEvent");

    private static bool IsPure(TypeDefinition type) => IsDecision(type) || IsEvent(type) || States.Value.Contains(type.FullName);

    // A state is what decisions decide on.
    private static readonly Lazy<HashSet<string>> States = new(() =>
    [
        .. House.In("services").SelectMany(House.Types).Where(IsDecision)
            .SelectMany(type => type.Methods.Where(method => method.Name == "Decide"))
            .Select(method => method.Parameters[0].ParameterType.FullName),
    ]);
}
