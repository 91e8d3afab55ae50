using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using Ketman.Contracts;
using Ketman.Contracts.Disclosures;
using Ketman.Metrics.Cases;

namespace Ketman.Metrics.Reading;

/// <summary>
/// Facts of one case as bytes: read by the hundred thousand for one statement, so those of which there are many stand without names, and without what
/// no statement tells (texts, who recorded them). Those that are not wanted are passed over without being made.
/// </summary>
internal static class PackedFacts
{
    // Another number when the bytes, or the order of a contract's enumerations, become others: what has an older one is not read.
    private const byte Form = 1;
    private const int Head = 1 + 16 + 8 + 8 + 8 + 4;

    // By their place in this list; new ones at its end.
    private static readonly Kind[] Kinds =
    [
        Kind.Of<DisclosureOpened>((to, it) => to.Id(it.CompanyId).Text(it.Handle), (ref from, subject) => OpenedBy(from.Id(), from.Text()!, subject)),
        Kind.Of<FactRetracted>((to, it) => to.Id(it.FactId), (ref from, subject) => new FactRetracted(subject, from.Id(), "")),
        Kind.Of<PrivacyRequested>((_, _) => { }, (ref _, subject) => new PrivacyRequested(subject, null)),
        Kind.AsJson<EmbargoSet>(),
        Kind.AsJson<EmbargoLifted>(),
        Kind.AsJson<DisclosureMarked>(),
        Kind.AsJson<DisclosureRestricted>(),
        Kind.AsJson<DisclosureUnrestricted>(),
        Kind.Of<PaymentRecorded>(
            (to, it) => to.Id(it.AccountId).Text(it.Asset).Number(it.Amount).Value(it.Usd).Text(it.PriceSource).One((int?)it.AssetKind),
            (ref from, subject) => new PaymentRecorded(subject, from.Id(), from.Text()!, from.Number(), from.Value(), from.Text(), null, (AssetKind?)from.One())),
        Kind.AsJson<PaymentCorrected>(),
        Kind.Of<WorkerConfirmed>((to, it) => to.Id(it.AccountId).One((int)it.Basis), (ref from, subject) => new WorkerConfirmed(subject, from.Id(), (ConfirmationBasis)from.One()!)),
        Kind.Of<ImplantAssessed>((to, it) => to.One(it.Found ? 1 : 0), (ref from, subject) => new ImplantAssessed(subject, from.One() == 1, null)),
        Kind.AsJson<PostExploitationHelpEngaged>(),
        Kind.Of<EscalationStepDue>((to, it) => to.Text(it.Step).One(it.CaughtUp ? 1 : 0), (ref from, subject) => new EscalationStepDue(subject, from.Text()!, from.One() == 1)),
        Kind.Of<EscalationStepTaken>((to, it) => to.Text(it.Step).Id(it.OutreachId), (ref from, subject) => new EscalationStepTaken(subject, from.Text()!, from.IdIfAny(), "", null)),
        Kind.AsJson<EscalationStepCancelled>(),
        Kind.Of<SlaBreached>(
            (to, it) => to.Text(it.Clock).Id(it.SubjectId).Id(it.AnchorId).One((int)it.OwedBy).One(it.CaughtUp ? 1 : 0),
            (ref from, subject) => new SlaBreached(subject, from.Text()!, from.IdIfAny(), from.Id(), (Party)from.One()!, from.One() == 1)),
        Kind.AsJson<FinalNoticeGiven>(),
        Kind.AsJson<PublicationProposed>(),
        Kind.AsJson<PublicationApproved>(),
        Kind.AsJson<CompanyNamed>(),
        Kind.AsJson<PublicationStopped>(),
        Kind.AsJson<PublicationWithdrawn>(),
        Kind.Of<CodeMerged>((to, it) => to.Id(it.AccountId), (ref from, subject) => new CodeMerged(subject, from.Id(), "", null)),
        Kind.Of<EngagementEstablished>((to, it) => to.Id(it.AccountId).One((int)it.Role), (ref from, subject) => new EngagementEstablished(subject, from.Id(), (ActorRole)from.One()!)),
        Kind.Of<AccessRevoked>((to, it) => to.Id(it.AccountId), (ref from, subject) => new AccessRevoked(subject, from.Id(), null)),
        Kind.Of<BreachAnnulled>((to, it) => to.Id(it.BreachId).Id(it.FactId), (ref from, subject) => new BreachAnnulled(subject, from.Id(), from.Id())),
        Kind.Of<OutreachAttempted>((to, it) => to.One((int)it.Channel), (ref from, subject) => new OutreachAttempted(subject, (Channel)from.One()!, null, null, "", null)),
        Kind.Of<OutreachDelivered>((to, it) => to.Id(it.OutreachId), (ref from, subject) => new OutreachDelivered(subject, from.Id())),
        Kind.Of<OutreachBounced>((to, it) => to.Id(it.OutreachId), (ref from, subject) => new OutreachBounced(subject, from.Id(), null)),
        Kind.Of<OutreachAnswered>(
            (to, it) => to.Id(it.OutreachId).One(it.Automatic ? 1 : 0), (ref from, subject) => new OutreachAnswered(subject, from.Id(), from.One() == 1, null, null)),
        Kind.Of<DisclosureAcknowledged>(
            (to, it) => to.Id(it.OutreachId).One((int?)it.Channel), (ref from, subject) => new DisclosureAcknowledged(subject, from.IdIfAny(), (Channel?)from.One(), null)),
        Kind.Of<ReactionClassified>((to, it) => to.One((int)it.Reaction), (ref from, subject) => new ReactionClassified(subject, (Reaction)from.One()!, null)),
        Kind.Of<CommitmentMade>((to, it) => to.Moment(it.Due), (ref from, subject) => new CommitmentMade(subject, "", from.Moment(), null)),
        Kind.Of<CommitmentKept>((to, it) => to.Id(it.CommitmentId), (ref from, subject) => new CommitmentKept(subject, from.Id())),
        Kind.Of<UpdateRequested>((to, it) => to.One((int?)it.Channel), (ref from, subject) => new UpdateRequested(subject, (Channel?)from.One(), null)),
        Kind.Of<DisclosureResolved>((to, it) => to.One((int)it.Outcome), (ref from, subject) => new DisclosureResolved(subject, (ResolutionOutcome)from.One()!, null)),
        Kind.Of<DisclosureClosed>((_, _) => { }, (ref _, subject) => new DisclosureClosed(subject, "")),
        Kind.Of<DisclosureReopened>((_, _) => { }, (ref _, subject) => new DisclosureReopened(subject, "")),
    ];

    private static readonly FrozenDictionary<Type, byte> Codes = Kinds.Select((kind, index) => (kind, index)).ToFrozenDictionary(one => one.kind.Type, one => (byte)one.index);

    private delegate void Packing<in T>(Writing to, T said);

    private delegate object Unpacking(ref Reading from, Guid subject);

    /// <summary>The kinds that can be packed.</summary>
    public static IReadOnlyList<Type> All { get; } = [.. Kinds.Select(kind => kind.Type)];

    /// <summary>The place of a kind in <see cref="All"/>.</summary>
    public static byte CodeOf(Type kind) => Codes[kind];

    /// <summary>Packs facts of one case, in the order in which they were recorded.</summary>
    public static byte[] Write(IEnumerable<Fact> facts)
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        bytes.GetSpan(1)[0] = Form;
        bytes.Advance(1);
        var body = new ArrayBufferWriter<byte>(64);
        foreach (var fact in facts.OrderBy(fact => fact.Version))
        {
            body.ResetWrittenCount();
            var code = Codes[fact.Said.GetType()];
            Kinds[code].Pack(new Writing(body), fact.Said);
            var head = bytes.GetSpan(Head);
            head[0] = code;
            fact.Id.TryWriteBytes(head[1..]);
            BinaryPrimitives.WriteInt64LittleEndian(head[17..], fact.Version);
            BinaryPrimitives.WriteInt64LittleEndian(head[25..], (fact.At.Start.UtcTicks << 1) | (fact.At.Precision is Precision.Instant ? 1L : 0L));
            BinaryPrimitives.WriteInt64LittleEndian(head[33..], fact.RecordedAt.UtcTicks);
            BinaryPrimitives.WriteInt32LittleEndian(head[41..], body.WrittenCount);
            bytes.Advance(Head);
            bytes.Write(body.WrittenSpan);
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Whether these bytes are of the form that this build reads.</summary>
    public static bool CanRead(ReadOnlySpan<byte> bytes) => bytes is [Form, ..];

    /// <summary>Reads the facts that are wanted.</summary>
    /// <param name="bytes">What was packed.</param>
    /// <param name="subject">The case.</param>
    /// <param name="wanted">By kind, until which first instant in UTC facts are wanted, in ticks.</param>
    /// <param name="within">Those of any kind of which these are wanted that happened between two others: from, and until.</param>
    /// <param name="facts">What they are added to.</param>
    public static void Read(ReadOnlySpan<byte> bytes, Guid subject, ReadOnlySpan<long> wanted, (long From, long Until) within, List<Fact> facts)
    {
        bytes = bytes[1..];
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[41..]);
            var at = BinaryPrimitives.ReadInt64LittleEndian(bytes[25..]);
            var ticks = at >> 1;
            if (ticks < wanted[bytes[0]] || (ticks >= within.From && ticks < within.Until))
            {
                var start = new DateTimeOffset(ticks, TimeSpan.Zero);
                var body = new Reading(bytes.Slice(Head, length));
                facts.Add(new Fact(
                    new Guid(bytes.Slice(1, 16)), subject, BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]), Facts.Moment(start, (at & 1) == 1),
                    new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(bytes[33..]), TimeSpan.Zero), "", Kinds[bytes[0]].Unpack(ref body, subject)));
            }

            bytes = bytes[(Head + length)..];
        }
    }

    /// <summary>Whether there is a fact of a kind among them.</summary>
    public static bool Has(ReadOnlySpan<byte> bytes, byte code)
    {
        for (bytes = bytes[1..]; !bytes.IsEmpty; bytes = bytes[(Head + BinaryPrimitives.ReadInt32LittleEndian(bytes[41..]))..])
        {
            if (bytes[0] == code)
            {
                return true;
            }
        }

        return false;
    }

    private static DisclosureOpened OpenedBy(Guid company, string handle, Guid subject) => new(subject, handle, company, null, null, []);

    /// <summary>How facts of one kind are packed, and what is made of it again.</summary>
    private sealed record Kind(Type Type, Packing<object> Pack, Unpacking Unpack)
    {
        public static Kind Of<T>(Packing<T> pack, Unpacking unpack) => new(typeof(T), (to, said) => pack(to, (T)said), unpack);

        // Those that are rare.
        public static Kind AsJson<T>()
            where T : notnull => Of<T>((to, said) => to.Json(said), (ref from, _) => from.Json<T>());
    }

    private readonly ref struct Writing(ArrayBufferWriter<byte> bytes)
    {
        public Writing Id(Guid id)
        {
            id.TryWriteBytes(bytes.GetSpan(16));
            bytes.Advance(16);
            return this;
        }

        public Writing Id(Guid? id) => id is { } known ? One(1).Id(known) : One(0);

        // Null is not among the values of an enumeration.
        public Writing One(int? value)
        {
            bytes.GetSpan(1)[0] = checked((byte)(value ?? byte.MaxValue));
            bytes.Advance(1);
            return this;
        }

        public Writing Text(string? text)
        {
            var length = text is null ? 0 : Encoding.UTF8.GetByteCount(text);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.GetSpan(2), text is null ? ushort.MaxValue : checked((ushort)length));
            bytes.Advance(2);
            Encoding.UTF8.GetBytes(text ?? "", bytes.GetSpan(length + 1));
            bytes.Advance(length);
            return this;
        }

        public Writing Number(long number)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(8), number);
            bytes.Advance(8);
            return this;
        }

        public Writing Moment(Moment moment) => Number((moment.Start.UtcTicks << 1) | (moment.Precision is Precision.Instant ? 1L : 0L));

        public void Json<T>(T said)
        {
            using var json = new Utf8JsonWriter(bytes);
            JsonSerializer.Serialize(json, said, ContractJson.Options);
        }

        // With the digits after its point, which a statement shows.
        public Writing Number(decimal number)
        {
            Span<int> parts = stackalloc int[4];
            decimal.GetBits(number, parts);
            return Number(((long)parts[1] << 32) | (uint)parts[0]).Number(((long)parts[3] << 32) | (uint)parts[2]);
        }

        public Writing Value(UsdValue? value) => value is null ? One(0) : One(1).Number(value.Low).Number(value.High);
    }

    private ref struct Reading(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _left = bytes;

        public Guid Id() => new(Take(16));

        public Guid? IdIfAny() => Take(1)[0] == 1 ? Id() : null;

        public int? One() => Take(1)[0] is var value && value == byte.MaxValue ? null : value;

        public string? Text()
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(Take(2));
            return length == ushort.MaxValue ? null : KnownTexts.Of(Take(length));
        }

        public Moment Moment()
        {
            var at = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
            return Facts.Moment(new DateTimeOffset(at >> 1, TimeSpan.Zero), (at & 1) == 1);
        }

        public decimal Number()
        {
            var (low, high) = (BinaryPrimitives.ReadInt64LittleEndian(Take(8)), BinaryPrimitives.ReadInt64LittleEndian(Take(8)));
            return new decimal([(int)low, (int)(low >> 32), (int)high, (int)(high >> 32)]);
        }

        public UsdValue? Value() => Take(1)[0] == 1 ? new UsdValue(Number(), Number()) : null;

        public readonly T Json<T>()
            where T : notnull => JsonSerializer.Deserialize<T>(_left, ContractJson.Options)!;

        private ReadOnlySpan<byte> Take(int length)
        {
            var taken = _left[..length];
            _left = _left[length..];
            return taken;
        }
    }

    // Assets, clocks and steps are few, and told of again and again.
    private static class KnownTexts
    {
        private const int Most = 64;

        [ThreadStatic]
        private static (byte[] Bytes, string Text)[]? s_known;

        public static string Of(ReadOnlySpan<byte> bytes)
        {
            var known = s_known ??= new (byte[], string)[Most];
            var place = bytes.IsEmpty ? 0 : ((bytes[0] * 31) + (bytes[^1] * 7) + bytes.Length) % Most;
            if (known[place].Bytes is { } same && bytes.SequenceEqual(same))
            {
                return known[place].Text;
            }

            var text = Encoding.UTF8.GetString(bytes);
            known[place] = (bytes.ToArray(), text);
            return text;
        }
    }
}
