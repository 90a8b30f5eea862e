using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace Cochin.Functions.Tests.Cli;

/// <summary>The program in a separate process, with only the settings of the test.</summary>
internal sealed class CochinProcess : IDisposable
{
    private static readonly TimeSpan FirstLineTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ExitTimeout = TimeSpan.FromMinutes(15);

    private const int Interrupt = 2;

    private readonly Process process;
    private readonly Task<string> output;
    private readonly Task<string> errors;
    private readonly TaskCompletionSource<string> firstOutputLine = new();
    private readonly TaskCompletionSource<string> firstErrorLine = new();

    private CochinProcess(Process process)
    {
        this.process = process;
        output = ReadAsync(process.StandardOutput, firstOutputLine);
        errors = ReadAsync(process.StandardError, firstErrorLine);
    }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Waits for the first line on standard output.</summary>
    public Task<string> OutputLineAsync() => firstOutputLine.Task.WaitAsync(FirstLineTimeout, TestContext.Current.CancellationToken);

    /// <summary>Waits for the first line on standard error.</summary>
    public Task<string> ErrorLineAsync() => firstErrorLine.Task.WaitAsync(FirstLineTimeout, TestContext.Current.CancellationToken);

    public static CochinProcess Start(IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments) => StartUnder([], settings, arguments);

    private static CochinProcess StartUnder(string[] prefix, IEnumerable<KeyValuePair<string, string>> settings, string[] arguments)
    {
        string[] command = [.. prefix, "dotnet", Path.Combine(AppContext.BaseDirectory, "Cochin.Functions.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("Cochin", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("AzureWebJobs", StringComparison.Ordinal)
            || name.StartsWith("APPLICATIONINSIGHTS_", StringComparison.Ordinal)
            || name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        // A folder without local.settings.json.
        start.Environment["COCHIN_ROOT"] = AppContext.BaseDirectory;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        RestoreSigint();
        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return new CochinProcess(process);
    }

    public static async Task<CommandResult> RunAsync(IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments)
    {
        using var program = Start(settings, arguments);
        return await program.EndAsync();
    }

    /// <summary>Runs the program with a command before it, such as <c>setpriv</c> with its options.</summary>
    public static async Task<CommandResult> RunUnderAsync(
        string[] prefix, IEnumerable<KeyValuePair<string, string>> settings, params string[] arguments)
    {
        using var program = StartUnder(prefix, settings, arguments);
        return await program.EndAsync();
    }

    /// <summary>Sends a signal, e.g. <c>TERM</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process.Id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Sends SIGKILL.</summary>
    public void Kill() => process.Kill();

    /// <summary>Waits for the process to exit.</summary>
    /// <exception cref="TimeoutException">The process doesn't exit.</exception>
    public async Task<CommandResult> EndAsync()
    {
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(ExitTimeout, TestContext.Current.CancellationToken);
        return new CommandResult(process.ExitCode, await output, await errors);
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>
    /// Restores the default handler of SIGINT: a shell without job control starts background programs with SIGINT ignored, and child
    /// processes inherit that.
    /// </summary>
    private static void RestoreSigint()
    {
        const nint Default = 0;
        const nint Ignored = 1;

        // The handler is the first member of the structure.
        var action = new nint[64];
        if (!OperatingSystem.IsWindows() && GetAction(Interrupt, 0, action) == 0 && action[0] == Ignored)
        {
            _ = SetHandler(Interrupt, Default);
        }
    }

    [DllImport("libc", EntryPoint = "sigaction")]
    private static extern int GetAction(int signal, nint none, nint[] action);

    [DllImport("libc", EntryPoint = "signal")]
    private static extern nint SetHandler(int signal, nint handler);

    private static async Task<string> ReadAsync(StreamReader reader, TaskCompletionSource<string> firstLine)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync() is { } line)
        {
            text.Append(line).Append('\n');
            firstLine.TrySetResult(line);
        }

        return text.ToString();
    }
}
