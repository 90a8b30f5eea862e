using System.Net;
using System.Text;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks.PruneBackups;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Tables too large to fill in an emulator during a test.</summary>
public sealed class OperationsSourceTests
{
    private const string Development = "UseDevelopmentStorage=true";
    private const int PageCount = 25;
    private const int RowsPerPage = 1_000;

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task ReadAsync_NewestBackupIsTheLastOfManyRows_IsFound()
    {
        using var table = new HugeTable();
        using var transport = new HttpClientTransport(table);
        var tables = new TableServiceClient(Development, new TableClientOptions { Transport = transport });
        var blobs = new BlobServiceClient(Development, new BlobClientOptions { Transport = transport });
        var storage = new CochinStorage(blobs, tables, new StorageNames()) { Connect = _ => throw new NotSupportedException() };
        var source = new OperationsSource(
            storage,
            new WatchSettings { BackupsExpected = TimeSpan.FromHours(26) },
            new WorkPathReader(TempAreas.Default, "backups"),
            new RetentionSettings(),
            new FakeTimeProvider(Now));

        var operations = await source.ReadAsync(Now, TimeSpan.FromHours(6), [], TestContext.Current.CancellationToken);

        operations.Note.ShouldBeNull();
        var backup = operations.Backups.ShouldHaveSingleItem();
        (backup.Count, backup.Newest, backup.Overdue).ShouldBe((PageCount * RowsPerPage, Now.AddHours(-1).UtcDateTime, false));
    }

    /// <summary>Responds like the table service, in pages. Only the last row is recent.</summary>
    private sealed class HugeTable : HttpMessageHandler
    {
        private int requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!request.RequestUri!.AbsolutePath.Contains("Operations", StringComparison.Ordinal))
            {
                var isListing = request.RequestUri.Query.Contains("comp=list", StringComparison.Ordinal);
                var none = isListing
                    ? new StringContent("<EnumerationResults><Blobs /><NextMarker /></EnumerationResults>", Encoding.UTF8, "application/xml")
                    : new StringContent("""{"value":[]}""", Encoding.UTF8, "application/json");
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = none });
            }

            var page = Interlocked.Increment(ref requests);
            var rows = Enumerable.Range(0, RowsPerPage).Select(i =>
            {
                var time = Now.AddHours(page == PageCount && i == RowsPerPage - 1 ? -1 : -100);
                return $$"""
                    {"odata.etag":"W/\"1\"","PartitionKey":"backup","RowKey":"{{page:000}}{{i:000}}","Status":"completed","Configuration":"main",
                    "CompletedAt@odata.type":"Edm.DateTime","CompletedAt":"{{time:yyyy-MM-dd'T'HH:mm:ss'Z'}}"}
                    """;
            });
            var response = new HttpResponseMessage(HttpStatusCode.OK)
            {
                RequestMessage = request,
                Content = new StringContent($$"""{"value":[{{string.Join(',', rows)}}]}""", Encoding.UTF8, "application/json"),
            };
            if (page < PageCount)
            {
                response.Headers.Add("x-ms-continuation-NextPartitionKey", "backup");
                response.Headers.Add("x-ms-continuation-NextRowKey", $"{page}");
            }

            return Task.FromResult(response);
        }
    }
}
