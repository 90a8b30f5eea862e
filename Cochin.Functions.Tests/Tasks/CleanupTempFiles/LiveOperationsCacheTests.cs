using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class LiveOperationsCacheTests(AzuriteServer server) : CleanupTest(server)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_AfterAPauseOrASuspension_ReadsTheOperationsAgain(bool isSuspension)
    {
        var clock = new PausedTimers(TimeProvider.System);
        var first = await LiveOperations.ReadAsync(Storage, TempAreas.Default, Cancellation);
        using var cache = new LiveOperationsCache(Storage, first, clock);
        await cache.GetAsync(Cancellation);
        await StartOperationAsync("temp/x/");

        (isSuspension ? clock.Suspend : (Action<TimeSpan>)clock.Jump)(TimeSpan.FromSeconds(16));

        (await cache.GetAsync(Cancellation)).IsInUse(new TempUnit("temp", "x")).ShouldBeTrue();
    }
}
