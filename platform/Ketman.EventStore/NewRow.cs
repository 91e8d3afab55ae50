using Ketman.EventStore.Chain;

namespace Ketman.EventStore;

/// <summary>A row of <c>mt_events</c> as it is to be inserted, but for its stream, version and place in the log.</summary>
internal readonly record struct NewRow(
    Guid Id, string Type, byte[] Data, string Link, byte[] Headers, DateTimeOffset RecordedAt, string RecordedBy, string Causation, string? Correlation)
{
    /// <summary>The rows of appends to one stream that follow one another, each linked to the one before.</summary>
    public static List<NewRow> Of(IReadOnlyList<StreamAppend> appends, EventTypes types)
    {
        var rows = new List<NewRow>(appends.Sum(append => append.Events.Count));
        var version = appends[0].ExpectedVersion;
        var link = appends[0].LastHash;
        foreach (var append in appends)
        {
            var metadata = append.Metadata;
            var recordedAt = Contracts.Moment.At(metadata.RecordedAt).Start;
            var causation = metadata.CommandId.ToString("D");
            var plainHeaders = EventHeaders.Write(metadata.Fingerprint, metadata.TraceParent);
            foreach (var (id, data) in append.Events)
            {
                var type = types.NameOf(data.GetType());
                var json = EventTypes.Write(data);
                link = HashChain.Link(link, new LinkedContent
                {
                    Stream = append.Stream,
                    Version = ++version,
                    Id = id,
                    Type = type,
                    RecordedAt = recordedAt,
                    RecordedBy = metadata.RecordedBy,
                    Causation = causation,
                    Correlation = metadata.CorrelationId,
                    Headers = plainHeaders,
                    Data = json,
                });
                var headers = EventHeaders.Write(new EventHeaders(link, metadata.Fingerprint, metadata.TraceParent));
                rows.Add(new NewRow(id, type, json, link, headers, recordedAt, metadata.RecordedBy, causation, metadata.CorrelationId));
            }
        }

        return rows;
    }
}
