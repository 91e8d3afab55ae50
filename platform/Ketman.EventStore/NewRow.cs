using Ketman.Proof;

namespace Ketman.EventStore;

/// <summary>A row of <c>mt_events</c> as it is to be inserted, but for its stream, version and place in the log.</summary>
internal readonly record struct NewRow(
    Guid Id, string Type, byte[] Data, string Link, byte[] Headers, DateTimeOffset RecordedAt, string RecordedBy, string Causation, string? Correlation)
{
    /// <summary>The rows of appends to one stream that follow one another, each linked to the one before.</summary>
    public static List<NewRow> Of(IReadOnlyList<StreamAppend> appends, EventTypes types)
    {
        var rows = new List<NewRow>(appends.Count == 1 ? appends[0].Events.Count : appends.Sum(append => append.Events.Count));
        var version = appends[0].ExpectedVersion;
        var link = appends[0].LastHash;
        foreach (var append in appends)
        {
            var command = new OfCommand(append);
            foreach (var added in append.Events)
            {
                var row = command.Row(added, ++version, link, types);
                link = row.Link;
                rows.Add(row);
            }
        }

        return rows;
    }

    /// <summary>The row of an append of one event.</summary>
    public static NewRow OfOne(StreamAppend append, EventTypes types) =>
        new OfCommand(append).LastRow(append.Events[0], append.ExpectedVersion + 1, append.LastHash, types);

    /// <summary>What the rows of one append have in common.</summary>
    private readonly struct OfCommand(StreamAppend append)
    {
        private readonly DateTimeOffset _recordedAt = Contracts.Moment.At(append.Metadata.RecordedAt).Start;
        private readonly string _causation = append.Metadata.CommandId.ToString("D");
        private readonly (byte[] Json, bool IsCanonical) _headers = EventHeaders.Form(append.Metadata.Fingerprint, append.Metadata.TraceParent);

        public NewRow Row(NewEvent added, long version, string? previous, EventTypes types) =>
            Row(added, version, previous, types, (byte[])_headers.Json.Clone());

        /// <summary>After it no other may follow: it takes the form of the headers itself instead of a copy.</summary>
        public NewRow LastRow(NewEvent added, long version, string? previous, EventTypes types) =>
            Row(added, version, previous, types, _headers.Json);

        private NewRow Row(NewEvent added, long version, string? previous, EventTypes types, byte[] headers)
        {
            var metadata = append.Metadata;
            var type = types.NameOf(added.Data.GetType());
            var json = EventTypes.Write(added.Data);
            EventHeaders.Salt(headers);
            var link = HashChain.Link(previous, new LinkedContent
            {
                Stream = append.Stream,
                Version = version,
                Id = added.Id,
                Type = type,
                RecordedAt = _recordedAt,
                RecordedBy = metadata.RecordedBy,
                Causation = _causation,
                Correlation = metadata.CorrelationId,
                Headers = headers,
                HeadersBehindHash = _headers.IsCanonical ? EventHeaders.BehindHash(headers) : default,
                Data = json,
            });
            EventHeaders.PutHash(headers, link);
            return new NewRow(added.Id, type, json, link, headers, _recordedAt, metadata.RecordedBy, _causation, metadata.CorrelationId);
        }
    }
}
