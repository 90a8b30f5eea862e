using System.Diagnostics;
using System.Runtime.Versioning;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>When <c>./cochin</c> builds, what it waits for, and which folder it uses.</summary>
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
        var result = await checkout.RunAsync("show", "", new KeyValuePair<string, string?>("BUILD_FAILS", "NU1101: Unable to find package Microsoft.NETCore.App.Crossgen2.linux-x64."));

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
        using var running = Process.Start(new ProcessStartInfo("bash", ["-c", "cat; true", Path.Combine(work.FullName, used, "Cochin.Functions.dll")]) { RedirectStandardInput = true })!;

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
        await Wait.UntilAsync(() => ReadErrors().Contains("Waiting for another command that is building Cochin", StringComparison.Ordinal), Cancellation, seconds: 60);
        checkout.Builds.ShouldBeEmpty();

        holder.StandardInput.Close();
        await holder.WaitForExitAsync(Cancellation);

        (await command.EndAsync()).ExitCode.ShouldBe(0);
        checkout.Builds.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_ReadOnlyCheckout_UsesTheCacheFolder()
    {
        await File.WriteAllTextAsync(checkout.Resolve("local.settings.json"), "{}", Cancellation);
        checkout.MakeReadOnly("Cochin.Functions");
        checkout.MakeReadOnly();

        var first = await checkout.RunAsOtherAsync("show");
        var second = await checkout.RunAsOtherAsync("show");

        first.ExitCode.ShouldBe(0, first.Errors);
        first.Errors.ShouldContain($"{checkout.Root} is read-only; building a copy of it in {checkout.Cache}");
        var root = Directory.GetDirectories(Path.Combine(checkout.Cache, "cochin")).ShouldHaveSingleItem();
        first.Output.ShouldBe($"ran show at {root}\n");
        second.Output.ShouldBe(first.Output);
        second.Errors.ShouldBe($"note: {checkout.Root} is read-only; the storage is in {root}/.azurite.\n");
        checkout.Builds.ShouldHaveSingleItem().ShouldStartWith(root);
        (await File.ReadAllTextAsync(Path.Combine(root, "local.settings.json"), Cancellation)).ShouldBe("{}");
        Directory.Exists(checkout.Resolve(".cochin")).ShouldBeFalse();
    }

    [Fact]
    public async Task Start_ReadOnlyCheckoutChanged_KeepsFilesCreatedInTheCopy()
    {
        checkout.MakeReadOnly("Cochin.Functions");
        checkout.MakeReadOnly();
        (await checkout.RunAsOtherAsync("show")).ExitCode.ShouldBe(0);
        var copy = Path.Combine(Directory.GetDirectories(Path.Combine(checkout.Cache, "cochin")).ShouldHaveSingleItem(), "source");
        var data = Path.Combine(Directory.CreateDirectory(Path.Combine(copy, ".azurite", "func")).FullName, "data.json");
        await File.WriteAllTextAsync(data, "kept", Cancellation);
        File.SetUnixFileMode(Path.Combine(copy, ".azurite"), (UnixFileMode)0b111_111_111); // The user of the command must be able to move it.
        await File.AppendAllTextAsync(checkout.Resolve("global.json"), "\n", Cancellation);

        var again = await checkout.RunAsOtherAsync("show");

        again.ExitCode.ShouldBe(0, again.Errors);
        checkout.Builds.Count.ShouldBe(2, $"The source has changed. {again.Errors}");
        (await File.ReadAllTextAsync(data, Cancellation)).ShouldBe("kept");
    }

    [Theory]
    [InlineData("nothing", false)]
    [InlineData("environment", true)]
    [InlineData("settings", true)]
    public async Task Start_ReadOnlyCheckoutWithAStorage_RunsOnlyIfAnotherIsSet(string where, bool runs)
    {
        var data = Directory.CreateDirectory(checkout.Resolve(".azurite", "data")).FullName;
        await File.WriteAllTextAsync(
            checkout.Resolve("local.settings.json"),
            $$"""{ "Values": { "AzureWebJobsStorage": "{{(where == "settings" ? "UseDevelopmentStorage=true" : "")}}" } }""",
            Cancellation);
        checkout.MakeReadOnly("Cochin.Functions");
        checkout.MakeReadOnly();

        var result = await checkout.RunAsOtherAsync(
            "show",
            new KeyValuePair<string, string?>("CochinStorage__blobServiceUri", where == "environment" ? "https://x.blob.core.windows.net" : null));

        result.ExitCode.ShouldBe(runs ? 0 : 1, result.Errors);
        result.Errors.Contains($"its storage in {data} can't be used", StringComparison.Ordinal).ShouldBe(!runs);
        result.Errors.Contains($"as its owner, {System.Environment.UserName},", StringComparison.Ordinal).ShouldBe(!runs);
        result.Errors.ShouldNotContain("note:");
    }

    [Fact]
    public async Task Start_CopyThatWasInterrupted_KeepsTheMovedFiles()
    {
        checkout.MakeReadOnly("Cochin.Functions");
        checkout.MakeReadOnly();
        (await checkout.RunAsOtherAsync("show")).ExitCode.ShouldBe(0);
        var copy = Path.Combine(Directory.GetDirectories(Path.Combine(checkout.Cache, "cochin")).ShouldHaveSingleItem(), "source");
        const UnixFileMode Everyone = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(Directory.CreateDirectory(copy + ".new").FullName, Everyone);
        File.SetUnixFileMode(Directory.CreateDirectory(Path.Combine(copy + ".new", ".azurite")).FullName, Everyone);
        await File.WriteAllTextAsync(Path.Combine(copy + ".new", ".azurite", "data.json"), "kept", Cancellation);
        await File.AppendAllTextAsync(checkout.Resolve("global.json"), "\n", Cancellation);

        var again = await checkout.RunAsOtherAsync("show");

        again.ExitCode.ShouldBe(0, again.Errors);
        (await File.ReadAllTextAsync(Path.Combine(copy, ".azurite", "data.json"), Cancellation)).ShouldBe("kept");
    }

    [Fact]
    public async Task Start_BuiltReadOnlyCheckout_RunsItsProgram()
    {
        await checkout.RunAsync("show");
        checkout.MakeReadOnly();

        var result = await checkout.RunAsOtherAsync("show");

        result.ExitCode.ShouldBe(0, result.Errors);
        result.Output.ShouldStartWith($"ran show at {checkout.Cache}");
        checkout.Builds.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Start_WorkFolderOfAnotherUser_IsReportedWithItsOwner()
    {
        Directory.CreateDirectory(checkout.Resolve(".cochin"));
        checkout.MakeReadOnly(".cochin");

        var result = await checkout.RunAsOtherAsync("show");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain($"{checkout.Resolve(".cochin")} is not writable; its owner is {System.Environment.UserName}.");
        result.Errors.ShouldContain("sudo chown -R");
    }

    [Theory]
    [InlineData("HOME", "the home folder '/nonexistent' is not writable")]
    [InlineData("TMPDIR", "the folder for temporary files, /nonexistent, is not writable")]
    public async Task Start_ReadOnlyFolderOfTheEnvironment_IsReported(string variable, string message)
    {
        var result = await checkout.RunAsync("show", "", new KeyValuePair<string, string?>(variable, "/nonexistent"));

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain(message);
        result.Errors.ShouldContain($"{variable}=FOLDER ./cochin");
        checkout.Builds.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_StandardOutputClosed_IsAnErrorBeforeAnythingIsDone()
    {
        var result = await checkout.RunAsync("show", ">&-");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("standard output is closed");
        checkout.Builds.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("<&-")]
    public async Task Start_OtherStreamClosedOrFull_RunsAnyway(string redirection)
    {
        var result = await checkout.RunAsync("show", redirection);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe($"ran show at {checkout.Root}\n");
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
