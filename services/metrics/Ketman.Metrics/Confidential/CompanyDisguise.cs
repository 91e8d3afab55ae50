using System.Security.Cryptography;
using System.Text;
using Ketman.Metrics.Statements;
using Npgsql;

namespace Ketman.Metrics.Confidential;

/// <summary>
/// Ids for companies that are not to be named: a company's own follows from its handle, so whoever guesses the handle could confirm it.
/// They are keyed by a secret of this database, and others in every month, so that a company cannot be followed either.
/// </summary>
internal sealed class CompanyDisguise(byte[] secret, StatementMonth month)
{
    public static async Task<CompanyDisguise> ReadAsync(NpgsqlDataSource database, StatementMonth month, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("select secret from disguise");
        return new CompanyDisguise((byte[])(await command.ExecuteScalarAsync(cancellation))!, month);
    }

    public Guid Of(Guid company) => new(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{month}|{company:D}")).AsSpan(0, 16));
}
