using System.Buffers.Text;
using System.Text.Json;
using Ketman.Proof;
using Npgsql;

namespace Ketman.EventStore.Personal;

/// <summary>Gives the keys of single events, so that a dossier can show the personal texts of those and of no others.</summary>
internal sealed class EventKeyReader(NpgsqlDataSource database)
{
    private readonly SubjectKeys _keys = new(database);

    /// <inheritdoc cref="RevealEvent" />
    public async Task<IReadOnlyDictionary<string, string>> ReadAsync(Guid eventId, ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        var subjects = SubjectsIn(data.Span);
        return subjects.Count == 0
            ? new Dictionary<string, string>()
            : (await _keys.LoadAsync(subjects, cancellation)).ToDictionary(
                key => key.Key, key => Base64Url.EncodeToString(PersonalText.EventKey(key.Value, eventId)), StringComparer.Ordinal);
    }

    private static HashSet<string> SubjectsIn(ReadOnlySpan<byte> json)
    {
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String && PersonalText.TrySubject(reader.GetString(), out var subject))
            {
                subjects.Add(subject);
            }
        }

        return subjects;
    }
}
