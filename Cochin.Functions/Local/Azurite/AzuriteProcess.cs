using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Cochin.Functions.Local.Azurite;

/// <summary>Starts and stops an Azurite.</summary>
internal static class AzuriteProcess
{
    private const int Kill = 9; // SIGKILL
    private const int Terminate = 15; // SIGTERM

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

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
    /// <param name="say">Takes a line after a few seconds of waiting.</param>
    /// <exception cref="AzuriteException">It does not start; the message has the end of its log.</exception>
    public static async Task<AzuriteEndpoint> StartAsync(string script, string? location, string logFile, Action<string> say, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var endpoint = await LaunchAsync(script, location, logFile, cancellationToken).ConfigureAwait(false);
            var isRunning = false;
            try
            {
                const string Waiting = "Waiting for the storage emulator to start …";
                if (await WaitUntilAnswersAsync(endpoint, StartLimit, Waiting, say, cancellationToken).ConfigureAwait(false))
                {
                    return endpoint;
                }

                isRunning = IsRunning(endpoint);
            }
            catch (OperationCanceledException)
            {
                await StopAsync(endpoint, say).ConfigureAwait(false);
                throw;
            }

            await StopAsync(endpoint, say).ConfigureAwait(false);
            if (isRunning || attempt == 3)
            {
                // A free port may be taken by another program before Azurite has it; three times in a row it is something else.
                await AzuritePackage.RequireNodeAsync(cancellationToken).ConfigureAwait(false);
                throw new AzuriteException(
                    isRunning ? $"The storage emulator does not answer within {StartLimit.TotalMinutes} minutes." : $"The storage emulator does not start. Its log ends with: {LastLine(logFile)}",
                    $"Read {logFile}, or set CochinStorage to use other storage.");
            }
        }
    }

    /// <summary>Waits until an Azurite that was started earlier answers.</summary>
    /// <param name="limit">How long to wait at most while its process is alive.</param>
    /// <param name="say">Takes a line after a few seconds of waiting.</param>
    /// <returns>False if it has ended, so that another may be started with its data.</returns>
    /// <exception cref="AzuriteException">Its process is alive and does not answer: a second one would overwrite its data.</exception>
    public static async Task<bool> IsUsableAsync(AzuriteEndpoint endpoint, TimeSpan limit, Action<string> say, CancellationToken cancellationToken)
    {
        var waiting = $"Waiting for the storage emulator to answer (process {endpoint.ProcessId}) …";
        if (await WaitUntilAnswersAsync(endpoint, limit, waiting, say, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        return IsRunning(endpoint)
            ? throw new AzuriteException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The storage emulator (process {endpoint.ProcessId}) is running but has not answered for {limit.TotalMinutes:0.#} minutes."),
                $"If it is suspended, resume it with `kill -CONT {endpoint.ProcessId}`; if not, end it with `kill {endpoint.ProcessId}`. Then try again.")
            : false;
    }

    /// <summary>Asks the process to stop, so that it writes its data to disk, and waits until it has.</summary>
    /// <param name="say">Takes a line after a few seconds of waiting.</param>
    public static async Task StopAsync(AzuriteEndpoint endpoint, Action<string> say)
    {
        var clock = Stopwatch.StartNew();
        if (!IsRunning(endpoint) || !Signal(endpoint.ProcessId, Terminate))
        {
            return;
        }

        for (var said = false; IsRunning(endpoint) && clock.Elapsed < StopLimit;)
        {
            if (!said && clock.Elapsed > Silence)
            {
                said = true;
                say("Waiting for the storage emulator to write its data …");
            }

            await Task.Delay(20).ConfigureAwait(false);
        }

        if (IsRunning(endpoint))
        {
            say($"The storage emulator did not stop within {StopLimit.TotalSeconds} s and was killed; what it had not written yet is lost.");
            Signal(endpoint.ProcessId, Kill);
        }
    }

    private static async Task<AzuriteEndpoint> LaunchAsync(string script, string? location, string logFile, CancellationToken cancellationToken)
    {
        var endpoint = AzuriteEndpoint.OnFreePorts();
        var arguments = new List<string>
        {
            "-e", Detach, logFile,
            "--require", Path.Combine(AppContext.BaseDirectory, "Local", "Azurite", "backdate.cjs"),
            script, "--silent", "--skipApiVersionCheck", "--disableTelemetry",
            "--blobPort", Text(endpoint.BlobPort), "--queuePort", Text(endpoint.QueuePort), "--tablePort", Text(endpoint.TablePort),
        };
        arguments.AddRange(location is null ? ["--inMemoryPersistence"] : ["--location", location]);

        var (output, errors) = await RunAsync(arguments, cancellationToken).ConfigureAwait(false);
        if (!int.TryParse(output, CultureInfo.InvariantCulture, out var processId))
        {
            await AzuritePackage.RequireNodeAsync(cancellationToken).ConfigureAwait(false);
            var reason = errors.Split('\n').FirstOrDefault(line => line.Contains("Error", StringComparison.Ordinal)) ?? errors;
            throw new AzuriteException($"The storage emulator can't be started: {reason.Trim()}", $"Check that {logFile} can be written, or set CochinStorage to use other storage.");
        }

        return endpoint with { ProcessId = processId, ProcessStart = StartOf(processId) };

        static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<(string Output, string Errors)> RunAsync(IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            using var launcher = Process.Start(new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var errors = launcher.StandardError.ReadToEndAsync(cancellationToken);
            return (await launcher.StandardOutput.ReadToEndAsync(cancellationToken).ConfigureAwait(false), await errors.ConfigureAwait(false));
        }
        catch (Win32Exception)
        {
            throw AzuriteException.NodeNotFound("node");
        }
    }

    private static async Task<bool> WaitUntilAnswersAsync(
        AzuriteEndpoint endpoint, TimeSpan limit, string waiting, Action<string> say, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        for (var said = false; clock.Elapsed < limit;)
        {
            if (await endpoint.AnswersAsync(cancellationToken).ConfigureAwait(false))
            {
                return true;
            }

            if (!IsRunning(endpoint))
            {
                return false;
            }

            if (!said && clock.Elapsed > Silence)
            {
                said = true;
                say(waiting);
            }

            await Task.Delay(50, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    // Not by the number alone: after a restart of the machine or a container, another process may have it.
    private static bool IsRunning(AzuriteEndpoint endpoint) => endpoint.ProcessStart is { } start && StartOf(endpoint.ProcessId) == start;

    private static string? StartOf(int processId)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // State and start time are the first and the twentieth field after the name (proc_pid_stat(5)). A process that has ended
                // stays as Z until its parent asks for it, and process 1 of a container may not do so.
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

    private static bool Signal(int processId, int signal)
    {
        if (!OperatingSystem.IsWindows())
        {
            return SendSignal(processId, signal) == 0;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }

    private static string LastLine(string logFile) =>
        File.Exists(logFile) ? File.ReadLines(logFile).LastOrDefault(line => line.Length > 0) ?? "(empty)" : "(no log)";

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
