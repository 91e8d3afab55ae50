namespace Ketman.Testing;

/// <summary>The servers that <c>./ketman test</c> starts once for all test projects.</summary>
public static class TestServers
{
    /// <summary>URL of a PostgreSQL superuser.</summary>
    public static Uri Postgres => Read("KETMAN_TEST_POSTGRES");

    /// <summary>AMQP URL of a RabbitMQ administrator.</summary>
    public static Uri RabbitMq => Read("KETMAN_TEST_RABBITMQ");

    /// <summary>URL of RabbitMQ's management API, with user and password.</summary>
    public static Uri RabbitMqManagement => Read("KETMAN_TEST_RABBITMQ_MANAGEMENT");

    private static Uri Read(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } url
        ? new Uri(url)
        : throw new InvalidOperationException(
            $"{variable} is not set. Tests run against real servers: use ./ketman test, or eval \"$(./ketman test --env)\" first.");
}
