using System.Diagnostics;
using System.Globalization;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>A killed test run leaves no process. Real processes stand for `dotnet test`, the test program and what tests start.</summary>
public sealed class ReaperTests : IDisposable
{
    private const string Variable = "TEST_RUN_MARK";

    private readonly string value = Guid.NewGuid().ToString("N");
    private readonly List<Process> started = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Mark => $"{Variable}={value}";

    public void Dispose()
    {
        foreach (var process in started)
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
        }
    }

    [Fact]
    public async Task Reaper_WhenItsInputEnds_EndsWhatCarriesTheMarkAndNothingElse()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It reads /proc.");
        var other = Start("sleep 600", mark: Guid.NewGuid().ToString("N"));

        // A child that left its parent and its session, as Azurite does.
        var parent = Start("setsid sh -c 'echo $$; exec sleep 600' & exit 0", value);
        var orphan = await PidAsync(parent);
        using var reaper = await Reaper.StartAsync(Mark, Environment.ProcessId, launcher: "0");

        await reaper.EndAsync(Cancellation);

        await UntilGoneAsync(orphan);
        other.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task Reaper_WhenTheTestProgramLosesItsParent_EndsItAndWhatItStarted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It reads /proc.");
        var parent = Start("sh -c 'echo $$; sleep 600 & exec sleep 600' & wait", value);
        var program = await PidAsync(parent);
        using var reaper = await Reaper.StartAsync(Mark, program, launcher: "0");

        parent.Kill();
        await reaper.WaitAsync(Cancellation);

        await UntilGoneAsync(program);
    }

    [Fact]
    public async Task Reaper_WhenTheLauncherIsKilled_EndsTheTestProgram()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "It reads /proc.");
        var launcher = Start("exec sleep 600", mark: "");
        var program = Start("exec sleep 600", value);
        using var reaper = await Reaper.StartAsync(Mark, program.Id, launcher.Id.ToString(CultureInfo.InvariantCulture));

        launcher.Kill();
        await reaper.WaitAsync(Cancellation);

        await program.WaitForExitAsync(Cancellation);
    }

    private Process Start(string command, string mark)
    {
        var start = new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true };
        start.Environment[Variable] = mark;
        var process = Process.Start(start)!;
        started.Add(process);
        return process;
    }

    private static async Task<int> PidAsync(Process process) =>
        int.Parse((await process.StandardOutput.ReadLineAsync(Cancellation))!, CultureInfo.InvariantCulture);

    // An orphan stays as Z until process 1 asks for it.
    private static Task UntilGoneAsync(int process) => Wait.UntilAsync(
        () => Task.FromResult(!File.Exists($"/proc/{process}/stat") || File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].TrimStart().StartsWith('Z')),
        Cancellation);
}
