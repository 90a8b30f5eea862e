using System.Diagnostics;
using System.Runtime.Versioning;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>When <c>./cochin</c> builds, and what it waits for.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BuildTests : IDisposable
{
    // Fails like `flock` on a file system without locks.
    private const string NoLocks = "#!/usr/bin/env bash\nexit 69\n";

    private readonly FakeCheckout checkout = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => checkout.Dispose();

    [Fact]
    public async Task Start_SourceDatedInTheFuture_BuildsOnce()
    {
        File.SetLastWriteTimeUtc(checkout.Resolve("Cochin.Functions", "Program.cs"), new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        (await checkout.RunAsync("show --json")).Output.ShouldBe($"ran show --json at {checkout.Root}\n");
        (await checkout.RunAsync("show --json")).Output.ShouldBe($"ran show --json at {checkout.Root}\n");

        checkout.Builds.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_OnlyTimesChanged_BuildsOnce()
    {
        await checkout.RunAsync("show");
        File.SetLastWriteTimeUtc(checkout.Resolve("Cochin.Functions", "Program.cs"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.SetLastWriteTimeUtc(checkout.Resolve("host.json"), new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        await checkout.RunAsync("show");

        checkout.Builds.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("changed and dated back")]
    [InlineData("removed")]
    [InlineData("added")]
    public async Task Start_SourcesThatDiffer_BuildsAgain(string how)
    {
        await checkout.RunAsync("show");
        var source = checkout.Resolve("Cochin.Functions", how == "added" ? "Added.cs" : "Program.cs");
        if (how == "removed")
        {
            File.Delete(source);
        }
        else
        {
            await File.AppendAllTextAsync(source, "// More.", Cancellation);
            File.SetLastWriteTimeUtc(source, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        await checkout.RunAsync("show");

        checkout.Builds.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Start_BuildThatFails_ReportsTheErrorAndBuildsAgainNextTime()
    {
        var result = await checkout.RunAsync("show", "", new KeyValuePair<string, string?>("BUILD_FAILS", "CS0001: nonsense"));

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain("error CS0001: nonsense");
        result.Errors.ShouldContain(Path.Combine(".cochin", "build.log"));
        (await checkout.RunAsync("show")).ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task Start_CompilerThatCantBeRestored_PublishesWithoutItAndReportsIt()
    {
        const string Error = "NU1101: Unable to find package Microsoft.NETCore.App.Crossgen2.linux-x64.";
        var result = await checkout.RunAsync("show", "", new KeyValuePair<string, string?>("BUILD_FAILS", Error));

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldContain("note: the package Microsoft.NETCore.App.Crossgen2 can't be restored");
        checkout.Builds.Count.ShouldBe(2);
        checkout.Builds[1].ShouldEndWith("-p:PublishReadyToRun=false");
        (await checkout.RunAsync("show")).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_SeveralBuilds_KeepThoseInUseAndTheLastTwo()
    {
        var work = Directory.CreateDirectory(checkout.Resolve(".cochin"));
        string[] Folders() => [.. work.EnumerateDirectories("app-*").Select(folder => folder.Name)];
        Directory.CreateDirectory(Path.Combine(work.FullName, "app-of-a-build-that-was-killed"));
        await checkout.RunAsync("show");
        var used = Folders().ShouldHaveSingleItem();
        var program = Path.Combine(work.FullName, used, "Cochin.Functions.dll");
        using var running = Process.Start(new ProcessStartInfo("bash", ["-c", "cat; true", program]) { RedirectStandardInput = true })!;

        for (var build = 2; build <= 4; build++)
        {
            await File.AppendAllTextAsync(checkout.Resolve("Cochin.Functions", "Program.cs"), "// More.", Cancellation);
            (await checkout.RunAsync("show")).Output.ShouldBe($"ran show at {checkout.Root}\n");
        }

        var folders = Folders();
        running.StandardInput.Close();
        folders.Length.ShouldBe(3);
        folders.ShouldContain(used);
        folders.ShouldContain((await File.ReadAllTextAsync(Path.Combine(work.FullName, "current"), Cancellation)).Trim());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_LockOfAKilledBuild_IsIgnored(bool hasLocks)
    {
        // The id belongs to a running process, as when process 1 of a container was killed and restarted.
        var living = System.Environment.ProcessId;
        var boot = OperatingSystem.IsLinux() ? (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id", Cancellation)).Trim() : "?";
        Directory.CreateDirectory(checkout.Resolve(".cochin", "building"));
        await File.WriteAllTextAsync(checkout.Resolve(".cochin", "building", "pid"), $"{living}\n", Cancellation);
        await File.WriteAllTextAsync(checkout.Resolve(".cochin", "building", "mark"), $"{living} 1 {boot} {System.Environment.MachineName}\n", Cancellation);
        await File.WriteAllTextAsync(checkout.Resolve(".cochin", "lock"), "", Cancellation);
        if (!hasLocks)
        {
            checkout.WriteTool("flock", NoLocks);
        }

        var result = await checkout.RunAsync("show");

        result.ExitCode.ShouldBe(0);
        checkout.Builds.ShouldHaveSingleItem();
        Directory.Exists(checkout.Resolve(".cochin", "building")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_WhileAnotherCommandBuilds_ReportsTheWaitAndThenRuns(bool hasLocks)
    {
        Directory.CreateDirectory(checkout.Resolve(".cochin"));
        using var holder = Hold(hasLocks);
        using var command = checkout.Start("show", "2> errors");
        await Wait.UntilAsync(
            () => ReadErrors().Contains("Waiting for another command that is building Cochin", StringComparison.Ordinal),
            Cancellation,
            seconds: 60);
        checkout.Builds.ShouldBeEmpty();

        holder.StandardInput.Close();
        await holder.WaitForExitAsync(Cancellation);

        (await command.EndAsync()).ExitCode.ShouldBe(0);
        checkout.Builds.ShouldHaveSingleItem();
    }

    private string ReadErrors() => File.Exists(checkout.Resolve("errors")) ? File.ReadAllText(checkout.Resolve("errors")) : "";

    // Holds the lock or the lock folder until its standard input is closed.
    private Process Hold(bool hasLocks)
    {
        var start = new ProcessStartInfo("bash", ["-c", hasLocks
            ? "flock .cochin/lock cat"
            : "mkdir .cochin/building; . scripts/build.sh; builder_mark $$ > .cochin/building/mark; cat; rm -rf .cochin/building"])
        {
            WorkingDirectory = checkout.Root,
            RedirectStandardInput = true,
        };
        if (!hasLocks)
        {
            checkout.WriteTool("flock", NoLocks);
        }

        var process = Process.Start(start)!;
        SpinWait.SpinUntil(() => hasLocks ? IsLocked() : File.Exists(checkout.Resolve(".cochin", "building", "mark")), TimeSpan.FromSeconds(30)).ShouldBeTrue();
        return process;
    }

    private bool IsLocked()
    {
        try
        {
            using var file = new FileStream(checkout.Resolve(".cochin", "lock"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
