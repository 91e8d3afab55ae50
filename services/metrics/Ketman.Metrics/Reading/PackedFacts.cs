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

    // By their place in this list; new ones at its end. Of those that are not written out below, which are rare, the contract stands as JSON.
    private static readonly Type[] Kinds =
    [
        typeof(DisclosureOpened), typeof(FactRetracted), typeof(PrivacyRequested), typeof(EmbargoSet), typeof(EmbargoLifted), typeof(DisclosureMarked),
        typeof(DisclosureRestricted), typeof(DisclosureUnrestricted), typeof(PaymentRecorded), typeof(PaymentCorrected), typeof(WorkerConfirmed), typeof(ImplantAssessed),
        typeof(PostExploitationHelpEngaged), typeof(EscalationStepDue), typeof(EscalationStepTaken), typeof(EscalationStepCancelled), typeof(SlaBreached),
        typeof(FinalNoticeGiven), typeof(PublicationProposed), typeof(PublicationApproved), typeof(CompanyNamed), typeof(PublicationStopped), typeof(PublicationWithdrawn),
        typeof(CodeMerged), typeof(EngagementEstablished), typeof(AccessRevoked), typeof(BreachAnnulled), typeof(OutreachAttempted), typeof(OutreachDelivered),
        typeof(OutreachBounced), typeof(OutreachAnswered), typeof(DisclosureAcknowledged), typeof(ReactionClassified), typeof(CommitmentMade), typeof(CommitmentKept),
        typeof(UpdateRequested), typeof(DisclosureResolved), typeof(DisclosureClosed), typeof(DisclosureReopened),
    ];

    private static readonly FrozenDictionary<Type, byte> Codes = Kinds.Select((type, index) => (type, index)).ToFrozenDictionary(one => one.type, one => (byte)one.index);

    /// <summary>The kinds that can be packed.</summary>
    public static IReadOnlyList<Type> All => Kinds;

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
            Body(body, fact.Said);
            var head = bytes.GetSpan(Head);
            head[0] = Codes[fact.Said.GetType()];
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
                facts.Add(new Fact(
                    new Guid(bytes.Slice(1, 16)), subject, BinaryPrimitives.ReadInt64LittleEndian(bytes[17..]), Facts.Moment(start, (at & 1) == 1),
                    new DateTimeOffset(BinaryPrimitives.ReadInt64LittleEndian(bytes[33..]), TimeSpan.Zero), "", Body(bytes[0], subject, bytes.Slice(Head, length))));
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

    private static void Body(ArrayBufferWriter<byte> bytes, object said)
    {
        var to = new Writing(bytes);
        switch (said)
        {
            case DisclosureOpened it: to.Id(it.CompanyId).Text(it.Handle); break;
            case FactRetracted it: to.Id(it.FactId); break;
            case PaymentRecorded it: to.Id(it.AccountId).Text(it.Asset).Number(it.Amount).Value(it.Usd).Text(it.PriceSource).One((int?)it.AssetKind); break;
            case WorkerConfirmed it: to.Id(it.AccountId).One((int)it.Basis); break;
            case ImplantAssessed it: to.One(it.Found ? 1 : 0); break;
            case EscalationStepDue it: to.Text(it.Step).One(it.CaughtUp ? 1 : 0); break;
            case EscalationStepTaken it: to.Text(it.Step).Id(it.OutreachId); break;
            case SlaBreached it: to.Text(it.Clock).Id(it.SubjectId).Id(it.AnchorId).One((int)it.OwedBy).One(it.CaughtUp ? 1 : 0); break;
            case CodeMerged it: to.Id(it.AccountId); break;
            case EngagementEstablished it: to.Id(it.AccountId).One((int)it.Role); break;
            case AccessRevoked it: to.Id(it.AccountId); break;
            case BreachAnnulled it: to.Id(it.BreachId).Id(it.FactId); break;
            case OutreachAttempted it: to.One((int)it.Channel); break;
            case OutreachDelivered it: to.Id(it.OutreachId); break;
            case OutreachBounced it: to.Id(it.OutreachId); break;
            case OutreachAnswered it: to.Id(it.OutreachId).One(it.Automatic ? 1 : 0); break;
            case DisclosureAcknowledged it: to.Id(it.OutreachId).One((int?)it.Channel); break;
            case ReactionClassified it: to.One((int)it.Reaction); break;
            case CommitmentMade it: to.Number((it.Due.Start.UtcTicks << 1) | (it.Due.Precision is Precision.Instant ? 1L : 0L)); break;
            case CommitmentKept it: to.Id(it.CommitmentId); break;
            case UpdateRequested it: to.One((int?)it.Channel); break;
            case DisclosureResolved it: to.One((int)it.Outcome); break;
            case PrivacyRequested or DisclosureClosed or DisclosureReopened: break;
            default:
                using (var json = new Utf8JsonWriter(bytes))
                {
                    JsonSerializer.Serialize(json, said, said.GetType(), ContractJson.Options);
                }

                break;
        }
    }

    private static object Body(byte code, Guid subject, ReadOnlySpan<byte> bytes)
    {
        var from = new Reading(bytes);
        // In the order of the list.
        return code switch
        {
            0 => OpenedBy(ref from, subject),
            1 => new FactRetracted(subject, from.Id(), ""),
            2 => new PrivacyRequested(subject, null),
            8 => new PaymentRecorded(subject, from.Id(), from.Text()!, from.Number(), from.Value(), from.Text(), null, (AssetKind?)from.One()),
            10 => new WorkerConfirmed(subject, from.Id(), (ConfirmationBasis)from.One()!),
            11 => new ImplantAssessed(subject, from.One() == 1, null),
            13 => new EscalationStepDue(subject, from.Text()!, from.One() == 1),
            14 => new EscalationStepTaken(subject, from.Text()!, from.IdIfAny(), "", null),
            16 => new SlaBreached(subject, from.Text()!, from.IdIfAny(), from.Id(), (Party)from.One()!, from.One() == 1),
            23 => new CodeMerged(subject, from.Id(), "", null),
            24 => new EngagementEstablished(subject, from.Id(), (ActorRole)from.One()!),
            25 => new AccessRevoked(subject, from.Id(), null),
            26 => new BreachAnnulled(subject, from.Id(), from.Id()),
            27 => new OutreachAttempted(subject, (Channel)from.One()!, null, null, "", null),
            28 => new OutreachDelivered(subject, from.Id()),
            29 => new OutreachBounced(subject, from.Id(), null),
            30 => new OutreachAnswered(subject, from.Id(), from.One() == 1, null, null),
            31 => new DisclosureAcknowledged(subject, from.IdIfAny(), (Channel?)from.One(), null),
            32 => new ReactionClassified(subject, (Reaction)from.One()!, null),
            33 => new CommitmentMade(subject, "", from.Moment(), null),
            34 => new CommitmentKept(subject, from.Id()),
            35 => new UpdateRequested(subject, (Channel?)from.One(), null),
            36 => new DisclosureResolved(subject, (ResolutionOutcome)from.One()!, null),
            37 => new DisclosureClosed(subject, ""),
            38 => new DisclosureReopened(subject, ""),
            _ => JsonSerializer.Deserialize(bytes, Kinds[code], ContractJson.Options)!,
        };
    }

    private static DisclosureOpened OpenedBy(ref Reading from, Guid subject)
    {
        var company = from.Id();
        return new DisclosureOpened(subject, from.Text()!, company, null, null, []);
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
