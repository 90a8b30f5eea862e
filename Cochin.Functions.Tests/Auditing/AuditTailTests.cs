using System.Text;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Auditing;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Auditing;

public sealed class AuditTailTests(AzuriteServer server) : StorageTest(server)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Read_WithoutALog_IsEmpty() => (await ReadAsync(5)).ShouldBeEmpty();

    [Fact]
    public async Task Read_LongDay_ReadsItsEndWithTwoRequests()
    {
        await WriteAsync(Now, Enumerable.Range(0, 20_000));
        var requests = new CountingPolicy();

        var lines = await ReadAsync(5, requests);

        lines.Select(line => line.Target).ShouldBe(["19999", "19998", "19997", "19996", "19995"]);
        requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Read_ShortDays_ContinuesWithThePreviousMonth()
    {
        await WriteAsync(Now.AddDays(-5), [1, 2]);
        await WriteAsync(Now.AddDays(-1), [3]);
        await WriteAsync(Now, [4]);

        (await ReadAsync(10)).Select(line => line.Target).ShouldBe(["4", "3", "2", "1"]);
    }

    [Fact]
    public async Task Read_ChunkStartsWithinALine_OmitsThatLine()
    {
        await WriteAsync(Now, Enumerable.Range(0, 2_000));

        var lines = await ReadAsync(1_000);

        lines.Count.ShouldBeInRange(100, 999);
        lines.ShouldAllBe(line => line.Action == "delete");
    }

    [Fact]
    public async Task Read_Again_ReadsOnlyTheDaysThatHaveChanged()
    {
        await WriteAsync(Now.AddDays(-2), [1]);
        await WriteAsync(Now.AddDays(-1), [2]);
        await WriteAsync(Now, [3]);
        var downloads = new CountingPolicy(request => request.Uri.Path.EndsWith(".jsonl", StringComparison.Ordinal));
        var tail = new AuditTail(NewStorage(downloads), new FakeTimeProvider(Now));
        (await tail.ReadAsync(10, Cancellation)).Select(line => line.Target).ShouldBe(["3", "2", "1"]);
        await WriteAsync(Now, [4]);

        (await tail.ReadAsync(10, Cancellation)).Select(line => line.Target).ShouldBe(["4", "3", "2", "1"]);

        downloads.Count.ShouldBe(3 + 1);
    }

    [Fact]
    public async Task Read_LineOfAnotherProgram_IsShown()
    {
        await WriteAsync(Now, [1]);
        var blob = Storage.Audit.GetAppendBlobClient(AuditPart.FirstOf(Now).BlobName);
        await blob.AppendBlockAsync(new MemoryStream(Encoding.UTF8.GetBytes("<script>\n")), cancellationToken: Cancellation);

        (await ReadAsync(5)).Select(line => (line.Action, line.Target)).ShouldBe([(AuditLine.Unreadable, "<script>"), ("delete", "1")]);
    }

    private Task<IReadOnlyList<AuditLine>> ReadAsync(int count, params Azure.Core.Pipeline.HttpPipelinePolicy[] policies) =>
        new AuditTail(NewStorage(policies), new FakeTimeProvider(Now)).ReadAsync(count, Cancellation);

    private Task WriteAsync(DateTimeOffset time, IEnumerable<int> targets) =>
        new AuditLog(Storage).AppendAsync([.. targets.Select(target => new AuditLine(time, "run", "job", "delete", $"{target}", "deleted"))], Cancellation);
}
