using System.Net;
using System.Net.Sockets;

namespace Ketman.Hosting.Tests.Bus;

/// <summary>A network between a service and its broker, which can stop carrying anything without a word to either.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _carrying = [];
    private readonly Uri _broker;
    private readonly Task _accepting;
    private volatile TaskCompletionSource _open = new();

    private Relay(Uri broker)
    {
        _broker = broker;
        _open.SetResult();
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The broker's URL by way of the relay.</summary>
    public Uri Url => new UriBuilder(_broker) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri;

    public static Relay To(Uri broker) => new(broker);

    /// <summary>Everything on the way stays there, connections included.</summary>
    public void Freeze() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _open.TrySetResult();

    /// <summary>Breaks every connection, and makes no more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        Thaw();
        await Task.WhenAll([_accepting, .. _carrying]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var here = await _listener.AcceptTcpClientAsync(_stop.Token);
            var there = new TcpClient();
            await there.ConnectAsync(_broker.Host, _broker.Port, _stop.Token);
            _carrying.Add(CarryAsync(here, there));
            _carrying.Add(CarryAsync(there, here));
        }
    }

    private async Task CarryAsync(TcpClient from, TcpClient to)
    {
        using (from)
        {
            var buffer = new byte[65536];
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var read and > 0)
            {
                await _open.Task;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }

            to.Close();
        }
    }
}
