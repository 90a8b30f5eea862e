using System.Diagnostics;
using System.Globalization;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>A process that outlives the test run and ends what the run leaves behind if it is killed (reaper.cjs).</summary>
internal sealed class Reaper : IDisposable
{
    /// <summary>Set by <c>./cochin test</c>: the process of the launcher.</summary>
    private const string LauncherVariable = "TEST_RUN_LAUNCHER";

    // Never disposed of: the process ends when this program's end of the pipe closes, with the program.
    private static Reaper? ofThisRun;

    private readonly Process process;

    private Reaper(Process process) => this.process = process;

    /// <summary>Marks all processes that are started from now on, and has them ended if this run is killed.</summary>
    public static async Task WatchThisRunAsync()
    {
        if (OperatingSystem.IsLinux())
        {
            const string Variable = "TEST_RUN_MARK"; // Not COCHIN_…: tests take these away from what they start.
            var value = Guid.NewGuid().ToString("N");
            ofThisRun ??= await StartAsync($"{Variable}={value}", Environment.ProcessId, Environment.GetEnvironmentVariable(LauncherVariable) ?? "0");
            Environment.SetEnvironmentVariable(Variable, value);
        }
    }

    /// <param name="mark">A variable and its value, in the environment of each process to end.</param>
    /// <param name="launcher">A process, or <c>0</c> for none.</param>
    public static async Task<Reaper> StartAsync(string mark, int program, string launcher)
    {
        var script = Path.Combine(ProjectRoot.Path, "Cochin.Functions.Tests", "Launcher", "reaper.cjs");
        var process = Process.Start(new ProcessStartInfo("node", [script, mark, program.ToString(CultureInfo.InvariantCulture), launcher])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await process.StandardOutput.ReadLineAsync();
        return new Reaper(process);
    }

    /// <summary>Closes its input, as the end of the program does, and waits until it has ended.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        process.StandardInput.Close();
        await WaitAsync(cancellationToken);
    }

    public Task WaitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    public void Dispose()
    {
        process.Kill();
        process.Dispose();
    }
}
