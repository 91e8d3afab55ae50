using System.Text.RegularExpressions;
using Ketman.Hosting;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Ketman.Runner.Tests;

/// <summary>docker-compose.yml says what the services really read: no Docker is needed to know that.</summary>
public sealed class ComposeTests
{
    private static readonly string[] s_services = ["gateway", "intake", "disclosures", "metrics", "dashboard"];

    private static readonly Dictionary<string, object> s_compose = Load("docker-compose.yml");

    private static Dictionary<object, object> Containers => (Dictionary<object, object>)s_compose["services"];

    public static TheoryData<string> Services => [.. s_services];

    public static TheoryData<string> EveryContainer => [.. Containers.Keys.Cast<string>()];

    [Fact]
    public void every_service_is_there_with_the_servers_it_needs() =>
        Containers.Keys.Cast<string>().Order().ShouldBe(["collector", "dashboard", "databases", "disclosures", "gateway", "intake", "metrics", "postgres", "rabbitmq", "setup"]);

    [Theory]
    [MemberData(nameof(Services))]
    public void a_service_is_given_exactly_the_variables_it_reads(string service)
    {
        var read = KetmanSettings.Variables.Where(v => v.Value.Contains(service)).Select(v => v.Key);

        Environment(service).Keys.Select(name => name.Replace("DATABASE_FILE", "DATABASE", StringComparison.Ordinal).Replace("BUS_FILE", "BUS", StringComparison.Ordinal))
            .Order().ShouldBe(read.Order());
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void a_service_listens_where_its_peers_look_for_it(string service)
    {
        var listens = new Uri(Environment(service)["KETMAN_LISTEN"]);

        foreach (var peer in s_services)
        {
            if (Environment(peer).TryGetValue($"KETMAN_{service.ToUpperInvariant()}", out var url))
            {
                url.ShouldBe($"http://{service}:{listens.Port}", peer);
            }
        }

        listens.Port.ShouldBe(7400 + Array.IndexOf(s_services, service));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public void a_service_is_built_from_its_project_by_the_one_docker_file(string service)
    {
        var build = (Dictionary<object, object>)Container(service)["build"];
        build["dockerfile"].ShouldBe("infra/docker/Dockerfile");
        var project = (string)((Dictionary<object, object>)build["args"])["PROJECT"];
        File.Exists(Repository.PathOf(project, $"{Path.GetFileName(project)}.csproj")).ShouldBeTrue(project);
        project.ShouldEndWith($"Ketman.{char.ToUpperInvariant(service[0])}{service[1..]}");
    }

    [Theory]
    [MemberData(nameof(EveryContainer))]
    public void a_container_has_a_read_only_file_system_and_no_rights_it_does_not_need(string name)
    {
        var container = Container(name);
        container["read_only"].ShouldBe("true");
        container["cap_drop"].ShouldBe(new List<object> { "ALL" });
        container["security_opt"].ShouldBe(new List<object> { "no-new-privileges:true" });
        if (s_services.Contains(name))
        {
            File.ReadAllText(Repository.PathOf("infra", "docker", "Dockerfile")).ShouldContain("USER $APP_UID");
        }
        else if (name != "setup")
        {
            ((string)container["user"]).ShouldNotStartWith("0");
        }
    }

    [Fact]
    public void only_the_gateway_can_be_reached_from_outside_and_only_from_this_machine()
    {
        foreach (var name in Containers.Keys.Cast<string>())
        {
            var container = Container(name);
            if (name == "gateway")
            {
                container["ports"].ShouldBe(new List<object> { "127.0.0.1:${KETMAN_PORT:-7400}:7400" });
            }
            else
            {
                container.ShouldNotContainKey("ports", name);
                (container.TryGetValue("networks", out var networks) ? networks : null)
                    .ShouldBe(name == "setup" ? null : new List<object> { "inside" }, name);
            }
        }

        var inside = (Dictionary<object, object>)((Dictionary<object, object>)s_compose["networks"])["inside"];
        inside["internal"].ShouldBe("true");
    }

    [Theory]
    [InlineData("postgres", "postgres:17")]
    [InlineData("rabbitmq", "rabbitmq:4")]
    public void a_server_is_waited_for_until_it_is_healthy(string server, string image)
    {
        Container(server)["image"].ShouldBe(image);
        Container(server).ShouldContainKey("healthcheck");
    }

    /// <summary>Whoever broke into the pages would find nothing there but what the next visitor types.</summary>
    [Fact]
    public void the_dashboard_has_no_volume_and_waits_for_no_server() =>
        Container("dashboard").Keys.Cast<string>().ShouldBe(["read_only", "security_opt", "cap_drop", "restart", "init", "tmpfs", "build", "networks", "environment"], ignoreOrder: true);

    [Fact]
    public void what_bundles_the_pages_is_in_no_image_that_runs()
    {
        var stages = File.ReadAllText(Repository.PathOf("infra", "docker", "Dockerfile")).Split("\nFROM ");
        stages.Single(stage => stage.Contains(" AS build", StringComparison.Ordinal)).ShouldContain("--from=node");
        stages[^1].ShouldNotContain("node");
    }

    [Theory]
    [MemberData(nameof(EveryContainer))]
    public void what_a_container_mounts_is_there(string name)
    {
        var declared = ((Dictionary<object, object>)s_compose["volumes"]).Keys;
        foreach (var source in ((List<object>)Container(name).GetValueOrDefault("volumes", new List<object>())).Select(v => ((string)v).Split(':')[0]))
        {
            if (source.StartsWith("./", StringComparison.Ordinal))
            {
                Path.Exists(Repository.PathOf(source)).ShouldBeTrue(source);
            }
            else
            {
                declared.ShouldContain(source);
            }
        }
    }

    [Fact]
    public void the_services_send_their_telemetry_to_where_the_collector_listens()
    {
        var collector = Load("infra/otel/collector.yaml");
        var receivers = (Dictionary<object, object>)collector["receivers"];
        var protocols = (Dictionary<object, object>)((Dictionary<object, object>)receivers["otlp"])["protocols"];
        var port = ((string)((Dictionary<object, object>)protocols["grpc"])["endpoint"]).Split(':')[1];

        foreach (var service in s_services.Where(service => KetmanSettings.Variables["OTEL_EXPORTER_OTLP_ENDPOINT"].Contains(service)))
        {
            Environment(service)["OTEL_EXPORTER_OTLP_ENDPOINT"].ShouldBe($"http://collector:{port}");
        }
    }

    [Fact]
    public void no_password_stands_in_the_file() =>
        Regex.Matches(File.ReadAllText(Repository.PathOf("docker-compose.yml")), @"(?i)(password|passwd|pass)[""']?\s*[:=]\s*\S+")
            .Select(m => m.Value).ShouldBeEmpty();

    private static Dictionary<object, object> Container(string name) => (Dictionary<object, object>)Containers[name];

    private static Dictionary<string, string> Environment(string service) =>
        ((Dictionary<object, object>)Container(service)["environment"]).ToDictionary(e => (string)e.Key, e => (string)e.Value);

    private static Dictionary<string, object> Load(string file)
    {
        using var text = File.OpenText(Repository.PathOf(file));
        return new DeserializerBuilder().Build().Deserialize<Dictionary<string, object>>(new MergingParser(new Parser(text)));
    }
}
