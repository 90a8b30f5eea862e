using Azure;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using Azure.Storage.Sas;
using Cochin.Functions.Storage;
using Cochin.Functions.Storage.Batch;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Storage.Batch;

public sealed class BlobBatchClientTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Delete_EachPart_HasItsOwnResponse()
    {
        string[] odd =
        [
            "temp/a b", "temp/a#b", "temp/100%", "temp/%41", "temp/été ☃", "temp/it's?", "temp//double", "temp/folder/",
            "temp/back\\slash", "temp/a+b&c=d", "temp/😀", "temp/" + new string('n', 1_000),
        ];
        foreach (var name in odd.Concat(["leased", "changed", "gone", "snapshots"]))
        {
            await UploadAsync(name);
        }

        string[] names = [.. odd, "snapshots", "leased", "changed", "gone"];
        var parts = await PartsAsync(Storage, names);
        await Storage.Backups.GetBlobClient("snapshots").CreateSnapshotAsync(cancellationToken: Cancellation);
        await Storage.Backups.GetBlobClient("leased").GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancellation);
        await UploadAsync("changed", content: "another");
        await Storage.Backups.DeleteBlobAsync("gone", cancellationToken: Cancellation);

        var answer = await NewClient(Storage).DeleteAsync(parts, Cancellation);

        answer.IsAccepted.ShouldBeTrue();
        answer.Parts.Take(odd.Length + 1).ShouldAllBe(part => part.Status == 202);
        answer.Parts[^3].ErrorCode.ShouldBe("LeaseIdMissing");
        answer.Parts[^2].ErrorCode.ShouldBe("ConditionNotMet");
        answer.Parts[^1].ErrorCode.ShouldBe("ConditionNotMet"); // The emulator's error code; the service returns BlobNotFound.
        (await BlobNamesAsync()).ShouldBe(["changed", "leased"]);
    }

    [Fact]
    public async Task Delete_MaxParts_IsOneRequest()
    {
        await Parallel.ForAsync(0, BlobBatchClient.MaxParts, Cancellation, async (i, _) => await UploadAsync($"temp/{i}"));
        var parts = await PartsAsync(Storage, await BlobNamesAsync());
        var requests = new CountingPolicy();

        var answer = await NewClient(NewStorage(requests)).DeleteAsync(parts, Cancellation);

        answer.Parts.ShouldAllBe(part => part.Status == 202);
        requests.Count.ShouldBe(1);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_MorePartsThanTheServiceAccepts_IsRejectedAsAWhole()
    {
        var part = new BlobToDelete(Storage.Backups.GetBlobClient("temp/x").Uri, new ETag("\"0x1\""));

        var answer = await NewClient(Storage).DeleteAsync([.. Enumerable.Repeat(part, BlobBatchClient.MaxParts + 1)], Cancellation);

        answer.IsAccepted.ShouldBeFalse();
        answer.Whole.IsTransient.ShouldBeFalse();
    }

    [Fact]
    public async Task Delete_BySas_Works()
    {
        await UploadAsync("temp/a b");
        var sas = new BlobServiceClient(ConnectionString)
            .GenerateAccountSasUri(AccountSasPermissions.All, TimeProvider.System.GetUtcNow().AddHours(1), AccountSasResourceTypes.All);
        var storage = new CochinStorage(new BlobServiceClient(sas), new TableServiceClient(ConnectionString), Names)
        {
            Connect = _ => throw new NotSupportedException(),
        };

        var answer = await NewClient(storage).DeleteAsync(await PartsAsync(storage, ["temp/a b"]), Cancellation);

        answer.Parts.ShouldHaveSingleItem().Status.ShouldBe(202);
        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_ByToken_Works()
    {
        await using var azurite = await TokenAzurite.StartAsync(Cancellation);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var transport = new HttpClientTransport(handler);
        var service = new BlobServiceClient(new Uri(azurite.BlobService), new FakeCredential(), new BlobClientOptions { Transport = transport });
        var storage = new CochinStorage(service, new TableServiceClient(ConnectionString), Names) { Connect = _ => throw new NotSupportedException() };
        await storage.Backups.CreateAsync(cancellationToken: Cancellation);
        await storage.Backups.UploadBlobAsync("temp/a b", BinaryData.FromString("x"), Cancellation);

        var answer = await NewClient(storage).DeleteAsync(await PartsAsync(storage, ["temp/a b"]), Cancellation);

        answer.Parts.ShouldHaveSingleItem().Status.ShouldBe(202);
        (await storage.BackupListing.BlobsAsync(new ListingQuery(""), Cancellation).ToListAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delete_RefusedAtTheLastMoment_IsNotSent()
    {
        await UploadAsync("temp/x");
        var requests = new CountingPolicy();
        var parts = await PartsAsync(Storage, ["temp/x"]);

        await Should.ThrowAsync<RunStoppedException>(
            () => NewClient(NewStorage(requests).Guarded(() => throw new RunStoppedException("stopped"))).DeleteAsync(parts, Cancellation));

        requests.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Delete_RefusedAfterConnecting_DeletesNothing()
    {
        await UploadAsync("temp/x");
        var parts = await PartsAsync(Storage, ["temp/x"]);
        var asked = 0;
        var storage = Storage.Guarded(() => _ = ++asked == 1 ? 0 : throw new RunStoppedException("stopped"));

        await Should.ThrowAsync<RunStoppedException>(() => NewClient(storage).DeleteAsync(parts, Cancellation));

        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Delete_MorePartsThanFitIntoABatch_LeavesTheRestWithoutResponse()
    {
        var sent = 0L;
        await using var service = new HttpStub((request, response) =>
        {
            sent = request.ContentLength64;
            response.StatusCode = 202;
            return "";
        });
        var access = new CochinStorage(new BlobServiceClient(new Uri(service.Url + "/account")), new TableServiceClient(ConnectionString), Names)
        {
            Connect = _ => throw new NotSupportedException(),
        }.BlobService;
        var part = new BlobToDelete(new Uri($"{service.Url}/account/temp/x?sig={new string('x', 30_000)}"), ETag.All);

        var answer = await new BlobBatchClient(access, new Uri(service.Url + "/account/temp")).DeleteAsync([.. Enumerable.Repeat(part, 200)], Cancellation);

        sent.ShouldBeInRange(3_000_000, 4 * 1024 * 1024);
        answer.Parts.Count.ShouldBe(200);
        answer.Parts.ShouldAllBe(one => one.Status == 0);
    }

    [Fact]
    public async Task Delete_OverloadedService_IsNotRetried()
    {
        var requests = 0;
        await using var busy = new HttpStub((_, response) =>
        {
            requests++;
            response.StatusCode = 503;
            response.Headers["x-ms-error-code"] = "ServerBusy";
            response.Headers["Retry-After"] = "7";
            return "";
        });
        var access = new CochinStorage(new BlobServiceClient(new Uri(busy.Url + "/account")), new TableServiceClient(ConnectionString), Names)
        {
            Connect = _ => throw new NotSupportedException(),
        }.BlobService;

        var answer = await new BlobBatchClient(access, new Uri(busy.Url + "/account/temp"))
            .DeleteAsync([new BlobToDelete(new Uri(busy.Url + "/account/temp/x"), ETag.All)], Cancellation);

        answer.Whole.ShouldBe(new PartResponse(503, "ServerBusy", TimeSpan.FromSeconds(7)));
        requests.ShouldBe(1);
    }

    [Fact]
    public async Task Delete_ETagWithALineBreak_IsNotSent()
    {
        var part = new BlobToDelete(Storage.Backups.GetBlobClient("temp/x").Uri, new ETag("\"0x1\"\r\nx-ms-delete-snapshots: only"));

        await Should.ThrowAsync<InvalidDataException>(() => NewClient(Storage).DeleteAsync([part], Cancellation));
    }

    private static BlobBatchClient NewClient(CochinStorage storage) => new(storage.BlobService, storage.Backups.Uri);

    private static async Task<List<BlobToDelete>> PartsAsync(CochinStorage storage, IEnumerable<string> names)
    {
        var parts = new List<BlobToDelete>();
        foreach (var name in names)
        {
            var blob = storage.Backups.GetBlobClient(name);
            parts.Add(new BlobToDelete(blob.Uri, (await blob.GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag));
        }

        return parts;
    }
}
