using Ketman.EventStore.Deciding;

namespace Ketman.Hosting.Auth;

/// <summary>
/// Says what of a service is hidden from a reader where the streams' own states do not tell, or are not read: in lists, in proofs, or
/// because it depends on something elsewhere. Who restricts what registers one; commands and proofs ask it without being told to.
/// </summary>
public interface IStreamAccess
{
    /// <summary>Those of the streams with these ids of which the reader must not know.</summary>
    ValueTask<IReadOnlySet<Guid>> HiddenAsync(IReadOnlyCollection<Guid> ids, Reader reader, DateTimeOffset now, CancellationToken cancellation);
}
