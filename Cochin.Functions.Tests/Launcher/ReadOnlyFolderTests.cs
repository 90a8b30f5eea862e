using System.Runtime.Versioning;

namespace Cochin.Functions.Tests.Launcher;

/// <summary>Which folder <c>./cochin</c> uses if the checkout is read-only, and which folders must be writable.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReadOnlyFolderTests : IDisposable
{
    private readonly FakeCheckout checkout = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => checkout.Dispose();

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
}
