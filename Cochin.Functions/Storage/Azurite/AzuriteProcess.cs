using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cochin.Functions.Storage.Azurite;

/// <summary>Starts and stops an Azurite of ours.</summary>
internal static class AzuriteProcess
{
    private const int Terminate = 15; // SIGTERM

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    // In a session of its own, so that Ctrl+C stops us first and the store last.
    private const string Detach = """
        const [log, ...args] = process.argv.slice(1);
        const out = require('fs').openSync(log, 'a');
        const child = require('child_process').spawn(process.execPath, args, { detached: true, stdio: ['ignore', out, out] });
        console.log(child.pid);
        child.unref();
        """;

    /// <summary>Starts Azurite on free ports and waits until it answers.</summary>
    /// <param name="location">Where it keeps its data; null for memory only.</param>
    /// <exception cref="AzuriteException">It does not start; the message has the end of its log.</exception>
    public static async Task<AzuriteEndpoint> StartAsync(string script, string? location, string logFile, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var endpoint = await LaunchAsync(script, location, logFile, cancellationToken).ConfigureAwait(false);
            if (await WaitUntilAnswersAsync(endpoint, cancellationToken).ConfigureAwait(false))
            {
                return endpoint;
            }

            await StopAsync(endpoint).ConfigureAwait(false);
            if (attempt == 3)
            {
                // A free port may be taken by another program before Azurite has it; three times in a row it is something else.
                throw new AzuriteException($"The storage emulator does not start. Its log ends with: {LastLine(logFile)}", $"Look at {logFile}, or set CochinStorage to use other storage.");
            }
        }
    }

    /// <summary>Asks the process to stop, so that it writes its data to disk, and waits until it has.</summary>
    public static async Task StopAsync(AzuriteEndpoint endpoint)
    {
        try
        {
            using var process = Process.GetProcessById(endpoint.ProcessId);
            if (OperatingSystem.IsWindows() || Kill(endpoint.ProcessId, Terminate) != 0)
            {
                process.Kill();
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            try
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // It is gone already.
        }
    }

    private static async Task<AzuriteEndpoint> LaunchAsync(string script, string? location, string logFile, CancellationToken cancellationToken)
    {
        var endpoint = AzuriteEndpoint.OnFreePorts();
        var arguments = new List<string>
        {
            "-e", Detach, logFile,
            "--require", Path.Combine(AppContext.BaseDirectory, "Storage", "Azurite", "backdate.cjs"),
            script, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobPort", Text(endpoint.BlobPort), "--queuePort", Text(endpoint.QueuePort), "--tablePort", Text(endpoint.TablePort),
        };
        arguments.AddRange(location is null ? ["--inMemoryPersistence"] : ["--location", location]);

        using var launcher = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true })!;
        var pid = await launcher.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        return endpoint with { ProcessId = int.Parse(pid, CultureInfo.InvariantCulture) };

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<bool> WaitUntilAnswersAsync(AzuriteEndpoint endpoint, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < StartLimit)
        {
            if (await endpoint.AnswersAsync(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            if (!IsAlive(endpoint.ProcessId))
            {
                return false;
            }

            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private static bool IsAlive(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static string LastLine(string logFile) =>
        File.Exists(logFile) ? File.ReadLines(logFile).LastOrDefault(line => line.Length > 0) ?? "(empty)" : "(no log)";

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
