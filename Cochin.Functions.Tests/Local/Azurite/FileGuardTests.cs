using Cochin.Functions.Local.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Local.Azurite;

public sealed class FileGuardTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-");
    private readonly FakeTimeProvider clock = new();
    private readonly List<string> said = [];

    private string File => Path.Combine(folder.FullName, "guard");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task AcquireAsync_HeldByAnother_SaysSoAndEndsAtTheLimit()
    {
        using var other = FileGuard.TryAcquire(File).ShouldNotBeNull();

        var error = await Should.ThrowAsync<AzuriteException>(() => PassAsync(AcquireAsync()));

        error.Message.ShouldContain($"{File} for more than 5 minutes");
        error.Hint.ShouldContain("fuser");
        said.ShouldHaveSingleItem().ShouldContain("Waiting for another process");
    }

    [Fact]
    public async Task AcquireAsync_LetGoByAnother_IsHeldInSilence()
    {
        var other = FileGuard.TryAcquire(File).ShouldNotBeNull();
        var acquiring = AcquireAsync();
        other.Dispose();

        using var guard = await PassAsync(acquiring);

        FileGuard.TryAcquire(File).ShouldBeNull();
        said.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/sys/cochin/guard")] // A folder that can't be made, not even by root.
    [InlineData("/dev/null/guard")] // A file where a folder should be.
    public async Task AcquireAsync_FileThatCantBeMade_IsAnErrorAtOnce(string path)
    {
        var error = await Should.ThrowAsync<AzuriteException>(() => FileGuard.AcquireAsync(path, TimeSpan.FromMinutes(5), said.Add, clock, TestContext.Current.CancellationToken));

        error.Message.ShouldStartWith($"The embedded storage can't write to {Path.GetDirectoryName(path)}: ");
        error.Hint.ShouldContain("CochinStorage");
    }

    private Task<FileGuard> AcquireAsync() => FileGuard.AcquireAsync(File, TimeSpan.FromMinutes(5), said.Add, clock, TestContext.Current.CancellationToken);

    private async Task<FileGuard> PassAsync(Task<FileGuard> acquiring)
    {
        while (!acquiring.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await acquiring;
    }
}
