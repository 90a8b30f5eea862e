using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class DeniedResourceTests
{
    [Theory]
    [InlineData("https://acme.blob.core.windows.net/backups/temp/a%20b?comp=list", "acme", "backups")]
    [InlineData("https://acme.privatelink.blob.core.windows.net/cochin?restype=container", "acme", "cochin")]
    [InlineData("https://acme.blob.core.windows.net/?comp=list", "acme", null)]
    [InlineData("http://127.0.0.1:10000/devstoreaccount1/backups", "devstoreaccount1", "backups")]
    [InlineData("http://azurite:10000/devstoreaccount1", "devstoreaccount1", null)]
    public void From_BlobRequest_NamesAccountAndContainer(string address, string account, string? container) =>
        DeniedResource.From(StorageService.Blob, new Uri(address)).ShouldBe(new DeniedResource(StorageService.Blob, account, container));

    [Theory]
    [InlineData("https://acme.table.core.windows.net/CochinRuns(PartitionKey='a/b',RowKey='c')", "CochinRuns")]
    [InlineData("https://acme.table.core.windows.net/CochinJobs()?$filter=x", "CochinJobs")]
    [InlineData("https://acme.table.core.windows.net/CochinJobs", "CochinJobs")]
    [InlineData("https://acme.table.core.windows.net/Tables('CochinRuns')", null)]
    [InlineData("https://acme.table.core.windows.net/$batch", null)]
    public void From_TableRequest_NamesTheTableOrTheAccount(string address, string? table) =>
        DeniedResource.From(StorageService.Table, new Uri(address)).ShouldBe(new DeniedResource(StorageService.Table, "acme", table));

    [Fact]
    public void Grant_IsTheCommandForTheNarrowestScope()
    {
        new DeniedResource(StorageService.Blob, "acme", "backups").Grant.ShouldBe(
            "az role assignment create --role \"Storage Blob Data Contributor\" --assignee CLIENT_ID "
            + "--scope \"$(az storage account show --name acme --query id --output tsv)/blobServices/default/containers/backups\"");
        new DeniedResource(StorageService.Table, "acme", "CochinRuns").Grant.ShouldEndWith("/tableServices/default/tables/CochinRuns\"");
        new DeniedResource(StorageService.Table, "acme", null).Grant.ShouldEndWith("tsv)\"");
    }
}
