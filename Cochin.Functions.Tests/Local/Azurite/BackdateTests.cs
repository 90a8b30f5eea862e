using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Local.Azurite;

public sealed class BackdateTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Upload_Backdated_IsOldOnTheServer()
    {
        await UploadAsync("old", TimeSpan.FromHours(30));
        await UploadAsync("new");
        var seen = await NewStorage(new BackdatePolicy(TimeSpan.FromHours(30))).Backups.GetPropertiesAsync(cancellationToken: Cancellation);

        var old = await Storage.Backups.GetBlobClient("old").GetPropertiesAsync(cancellationToken: Cancellation);
        var fresh = await Storage.Backups.GetBlobClient("new").GetPropertiesAsync(cancellationToken: Cancellation);

        (fresh.Value.LastModified - old.Value.LastModified).ShouldBe(TimeSpan.FromHours(30), TimeSpan.FromMinutes(1));
        (fresh.GetRawResponse().Headers.Date!.Value - seen.GetRawResponse().Headers.Date!.Value).ShouldBe(TimeSpan.FromHours(30), TimeSpan.FromMinutes(1));
        (fresh.GetRawResponse().Headers.Date!.Value - fresh.Value.LastModified).ShouldBe(TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }
}
