using Ketman.Cli;
using Ketman.Cli.Commands;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    // The first Ctrl-C ends what is under way in order, so that an import knows where to go on; the second ends the process.
    pressed.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
};

return (int)await CommandTree.RunAsync(args, Surroundings.OfProcess(), stop.Token);
