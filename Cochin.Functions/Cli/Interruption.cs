using System.Runtime.InteropServices;

namespace Cochin.Functions.Cli;

/// <summary>Handles SIGINT and SIGTERM: the first signal cancels <see cref="Token"/>, the second ends the process immediately.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    public Interruption()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted)));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated)));
    }

    public CancellationToken Token => source.Token;

    /// <summary>The exit code of the first signal; null if there was none.</summary>
    public int? ExitCode { get; private set; }

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        source.Dispose();
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        if (ExitCode is null)
        {
            context.Cancel = true;
            ExitCode = exitCode;
            source.Cancel();
        }
    }
}
