using Cochin.Functions.Local.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Local.Azurite;

public sealed class FileLockTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-");
    private readonly FakeTimeProvider clock = new();
    private readonly List<string> progress = [];

    private string File => Path.Combine(folder.FullName, "lock");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task AcquireAsync_HeldByAnother_ReportsProgressAndTimesOut()
    {
        using var other = FileLock.TryAcquire(File).ShouldNotBeNull();

        var error = await Should.ThrowAsync<AzuriteException>(() => AdvanceUntilDoneAsync(AcquireAsync()));

        error.Message.ShouldContain($"{File} for more than 5 minutes");
        error.Hint.ShouldContain("fuser");
        progress.ShouldHaveSingleItem().ShouldContain("Waiting for another process");
    }

    [Fact]
    public async Task AcquireAsync_ReleasedByAnother_AcquiresItWithoutProgress()
    {
        var other = FileLock.TryAcquire(File).ShouldNotBeNull();
        var acquiring = AcquireAsync();
        other.Dispose();

        using var fileLock = await AdvanceUntilDoneAsync(acquiring);

        FileLock.TryAcquire(File).ShouldBeNull();
        progress.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/sys/cochin/lock")] // A folder that even root can't create.
    [InlineData("/dev/null/lock")] // A file instead of a folder.
    public async Task AcquireAsync_FileThatCantBeCreated_FailsImmediately(string path)
    {
        var error = await Should.ThrowAsync<AzuriteException>(
            () => FileLock.AcquireAsync(path, TimeSpan.FromMinutes(5), progress.Add, clock, TestContext.Current.CancellationToken));

        error.Message.ShouldStartWith($"The embedded storage can't write to {Path.GetDirectoryName(path)}: ");
        error.Hint.ShouldContain("CochinStorage");
    }

    private Task<FileLock> AcquireAsync() =>
        FileLock.AcquireAsync(File, TimeSpan.FromMinutes(5), progress.Add, clock, TestContext.Current.CancellationToken);

    private async Task<FileLock> AdvanceUntilDoneAsync(Task<FileLock> acquiring)
    {
        while (!acquiring.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await acquiring;
    }
}
