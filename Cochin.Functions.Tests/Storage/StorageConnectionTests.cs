using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Storage;

public sealed class StorageConnectionTests(AzuriteServer server)
{
    [Theory]
    [InlineData("temp/folder/")]
    [InlineData("temp//")]
    public void Connect_BlobNameWithSlashesAtItsEnd_KeepsThem(string name)
    {
        var storage = new StorageConnection(server.Endpoint.ConnectionString).Connect(new StorageNames());

        storage.Backups.GetBlobClient(name).Uri.AbsolutePath.ShouldEndWith("/backups/" + name);
    }
}
