using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Cochin.Functions.Local.Azurite;

/// <summary>Starts and stops Azurite processes.</summary>
internal static class AzuriteProcess
{
    private const int ReasonLines = 20;

    private static readonly TimeSpan LaunchTimeout = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan KillTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ProgressDelay = TimeSpan.FromSeconds(5);

    // Detached, so that Ctrl+C stops this program first and the emulator last.
    private const string Detach = """
        const [log, ...args] = process.argv.slice(1);
        const out = require('fs').openSync(log, 'a');
        const child = require('child_process').spawn(process.execPath, args, { detached: true, stdio: ['ignore', out, out] });
        console.log(child.pid);
        child.unref();
        """;

    /// <summary>Starts Azurite on free ports and waits until it responds.</summary>
    /// <param name="location">The folder for its data; null to keep the data in memory.</param>
    /// <param name="onProgress">Receives a line of text after a few seconds of waiting.</param>
    /// <param name="onLaunched">Receives the process before it responds, to record it in case this program dies meanwhile.</param>
    /// <exception cref="AzuriteException">It did not start; the message contains the end of its log.</exception>
    public static async Task<AzuriteEndpoint> StartAsync(
        string script,
        string? location,
        string logFile,
        Action<string> onProgress,
        CancellationToken cancellationToken,
        Action<AzuriteEndpoint>? onLaunched = null)
    {
        for (var attempt = 1; ; attempt++)
        {
            var endpoint = await LaunchAsync(script, location, logFile, cancellationToken).ConfigureAwait(false);
            var isRunning = false;
            try
            {
                onLaunched?.Invoke(endpoint);
                const string Waiting = "Waiting for the storage emulator to start …";
                if (await WaitUntilRespondsAsync(endpoint, StartTimeout, Waiting, onProgress, cancellationToken).ConfigureAwait(false))
                {
                    return endpoint;
                }

                isRunning = IsRunning(endpoint);
            }
            catch
            {
                await StopAsync(endpoint, onProgress).ConfigureAwait(false);
                throw;
            }

            await StopAsync(endpoint, onProgress).ConfigureAwait(false);
            if (isRunning || attempt == 3)
            {
                // Another program may take a free port before Azurite does, but hardly three times in a row.
                await AzuritePackage.RequireNodeAsync(cancellationToken).ConfigureAwait(false);
                throw new AzuriteException(
                    isRunning
                        ? $"The storage emulator did not respond within {StartTimeout.TotalMinutes} minutes."
                        : $"The storage emulator did not start. Its log ends with: {ReasonIn(logFile)}",
                    $"See {logFile}, or set CochinStorage to use other storage.");
            }
        }
    }

    /// <summary>Waits until an Azurite that was started earlier responds.</summary>
    /// <param name="timeout">How long to wait while its process is running.</param>
    /// <param name="onProgress">Receives a line of text after a few seconds of waiting.</param>
    /// <returns>False if its process has ended, so that another can be started on its data.</returns>
    /// <exception cref="AzuriteException">Its process is running but does not respond. A second one would overwrite its data.</exception>
    public static async Task<bool> IsUsableAsync(AzuriteEndpoint endpoint, TimeSpan timeout, Action<string> onProgress, CancellationToken cancellationToken)
    {
        var waiting = $"Waiting for the storage emulator to respond (process {endpoint.ProcessId}) …";
        if (await WaitUntilRespondsAsync(endpoint, timeout, waiting, onProgress, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return IsRunning(endpoint)
            ? throw new AzuriteException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The storage emulator (process {endpoint.ProcessId}) is running but has not responded for {timeout.TotalMinutes:0.#} minutes."),
                $"If it is suspended, resume it with `kill -CONT {endpoint.ProcessId}`; if not, end it with `kill {endpoint.ProcessId}`. Then try again.")
            : false;
    }

    /// <summary>Terminates the process, so that it writes its data to disk, and waits until it has ended. Kills it after a timeout.</summary>
    /// <param name="onProgress">Receives a line of text after a few seconds of waiting.</param>
    /// <returns>False if it is still running, e.g. because it belongs to another user.</returns>
    public static async Task<bool> StopAsync(AzuriteEndpoint endpoint, Action<string> onProgress)
    {
        var clock = Stopwatch.StartNew();
        if (!IsRunning(endpoint) || !ProcessSignal.Send(endpoint.ProcessId, ProcessSignal.Terminate))
        {
            return !IsRunning(endpoint);
        }

        for (var hasReported = false; IsRunning(endpoint) && clock.Elapsed < StopTimeout;)
        {
            if (!hasReported && clock.Elapsed > ProgressDelay)
            {
                hasReported = true;
                onProgress("Waiting for the storage emulator to write its data …");
            }

            await Task.Delay(20).ConfigureAwait(false);
        }

        if (IsRunning(endpoint))
        {
            onProgress($"The storage emulator did not stop within {StopTimeout.TotalSeconds} s and was killed; data not yet written is lost.");
            ProcessSignal.Send(endpoint.ProcessId, ProcessSignal.Kill);
            for (clock.Restart(); IsRunning(endpoint) && clock.Elapsed < KillTimeout;)
            {
                await Task.Delay(20).ConfigureAwait(false);
            }
        }

        return !IsRunning(endpoint);
    }

    private static async Task<AzuriteEndpoint> LaunchAsync(string script, string? location, string logFile, CancellationToken cancellationToken)
    {
        var endpoint = AzuriteEndpoint.OnFreePorts();
        var arguments = new List<string>
        {
            "-e", Detach, logFile,
            "--require", Path.Combine(AppContext.BaseDirectory, "Local", "Azurite", "preload.cjs"),
            script, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobPort", Text(endpoint.BlobPort), "--queuePort", Text(endpoint.QueuePort), "--tablePort", Text(endpoint.TablePort),
        };
        arguments.AddRange(location is null ? ["--inMemoryPersistence"] : ["--location", location]);

        // Without the caller's token: if the launcher were left, the process that it starts would be unknown.
        var (output, errors) = await RunAsync(arguments, LaunchTimeout).ConfigureAwait(false);
        if (!int.TryParse(output, CultureInfo.InvariantCulture, out var processId))
        {
            await AzuritePackage.RequireNodeAsync(cancellationToken).ConfigureAwait(false);
            var reason = errors.Split('\n').FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? errors;
            throw new AzuriteException(
                $"The storage emulator can't be started: {reason.Trim()}", $"Check that {logFile} can be written, or set CochinStorage to use other storage.");
        }

        return endpoint with { ProcessId = processId, ProcessStart = StartTimeOf(processId) };

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Runs Node.js and returns what it wrote.</summary>
    /// <exception cref="AzuriteException">It was not found, or did not end in time; then it is killed, with the processes that it started.</exception>
    internal static async Task<(string Output, string Errors)> RunAsync(IEnumerable<string> arguments, TimeSpan timeout)
    {
        try
        {
            var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var launcher = Process.Start(start)!;
            using var limit = new CancellationTokenSource(timeout);
            try
            {
                var errors = launcher.StandardError.ReadToEndAsync(limit.Token);
                return (await launcher.StandardOutput.ReadToEndAsync(limit.Token).ConfigureAwait(false), await errors.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                launcher.Kill(entireProcessTree: true);
                throw new AzuriteException(
                    $"Node.js did not start the storage emulator within {timeout.TotalSeconds:0.#} s.",
                    "Check that `node --version` answers and that the disk is not too busy, then try again; or set CochinStorage to use other storage.");
            }
        }
        catch (Win32Exception)
        {
            throw AzuriteException.NodeNotFound("node");
        }
    }

    private static async Task<bool> WaitUntilRespondsAsync(
        AzuriteEndpoint endpoint, TimeSpan timeout, string waiting, Action<string> onProgress, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var hasReported = false; clock.Elapsed < timeout;)
        {
            if (await endpoint.RespondsAsync(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            if (!IsRunning(endpoint))
            {
                return false;
            }

            if (!hasReported && clock.Elapsed > ProgressDelay)
            {
                hasReported = true;
                onProgress(waiting);
            }

            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    // The process id may be reused after a restart of the machine or the container, so the start time is compared, too.
    private static bool IsRunning(AzuriteEndpoint endpoint) => endpoint.ProcessStart is { } start && StartTimeOf(endpoint.ProcessId) == start;

    private static string? StartTimeOf(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // The state and the start time are the first and the twentieth field after the name (proc_pid_stat(5)). A process that ended
                // remains a zombie (Z) until its parent waits for it, which process 1 of a container may not do.
                var stat = File.ReadAllText($"/proc/{processId}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                return fields[0] is "Z" or "X" ? null : fields[19];
            }

            using var process = Process.GetProcessById(processId);
            return process.HasExited ? null : process.StartTime.Ticks.ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException or Win32Exception)
        {
            return null;
        }
    }

    // Node.js prints the error, then the stack and its own version. Earlier lines may be those of an earlier start.
    private static string ReasonIn(string logFile)
    {
        var lines = File.Exists(logFile) ? File.ReadLines(logFile).Where(line => line.Length > 0).TakeLast(ReasonLines).ToList() : ["(no log)"];
        return lines.FindLast(line => line.Contains("Error", StringComparison.Ordinal) && !line.TrimStart().StartsWith("at ", StringComparison.Ordinal))
            ?? lines.LastOrDefault("(empty)");
    }
}
