using Azure.Core;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Auditing;

public sealed class AuditLogTests(AzuriteServer server) : StorageTest(server)
{
    private const int SmallPart = 3;

    private static readonly DateTimeOffset Noon = new(2026, 6, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Append_SeparateContainer_WritesAndReadsThere()
    {
        var storage = new StorageConnection(ConnectionString).Connect(Names with { AuditContainer = Names.SystemContainer + "-audit" });

        await new AuditLog(storage).AppendAsync([Line("old")], Cancellation);

        (await ReadAsync(new AuditReader(storage, new FakeTimeProvider(Noon)))).ShouldBe(["old"]);
        (await storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
        await storage.Audit.DeleteAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task Append_ManyBlocks_RollsOverAndIsReadInOrder()
    {
        var log = new AuditLog(Storage, SmallPart);
        string[] targets = [.. Enumerable.Range(0, 8).Select(number => $"target{number}")];

        foreach (var target in targets)
        {
            await log.AppendAsync([Line(target)], Cancellation);
        }

        (await NamesAsync()).ShouldBe(["audit/2026/06/02.2.jsonl", "audit/2026/06/02.3.jsonl", "audit/2026/06/02.jsonl"]);
        (await ReadAsync(Reader())).ShouldBe(targets);
    }

    [Fact]
    public async Task Append_MoreThanTheRequestLimit_IsSplit()
    {
        const int MaxBytes = 4 * 1024 * 1024;
        var lengths = new List<long>();
        var calls = new InterveningPolicy(IsAppend, () => Task.CompletedTask);
        string[] targets = [.. Enumerable.Range(0, 9_000).Select(number => $"{number}{new string('é', 200)}")];

        await new AuditLog(NewStorage(calls)).AppendAsync([.. targets.Select(Line)], Cancellation);

        calls.Met.ShouldBeTrue();
        lengths.Count.ShouldBeGreaterThan(1);
        lengths.ShouldAllBe(length => length <= MaxBytes);
        (await ReadAsync(new AuditReader(Storage, new FakeTimeProvider(Noon)))).ShouldBe(targets);

        bool IsAppend(Request request)
        {
            if (request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal) && request.Content!.TryComputeLength(out var length))
            {
                lengths.Add(length);
                return true;
            }

            return false;
        }
    }

    [Fact]
    public async Task Append_FullBlob_ContinuesInTheNext()
    {
        var full = new FaultPolicy(
            request => request.Uri.Query.Contains("comp=appendblock", StringComparison.Ordinal)
                && request.Uri.Path.EndsWith("02.jsonl", StringComparison.Ordinal),
            409,
            "BlockCountExceedsLimit");

        await new AuditLog(NewStorage(full)).AppendAsync([Line("late")], Cancellation);

        full.Met.ShouldBeTrue();
        (await NamesAsync()).ShouldBe(["audit/2026/06/02.2.jsonl"]);
    }

    [Fact]
    public async Task Append_NewDay_StartsWithTheFirstPart()
    {
        var log = new AuditLog(Storage, SmallPart);
        for (var i = 0; i < SmallPart; i++)
        {
            await log.AppendAsync([Line("today")], Cancellation);
        }

        await log.AppendAsync([Line("tomorrow") with { Time = Noon.AddDays(1) }], Cancellation);

        (await NamesAsync()).ShouldBe(["audit/2026/06/02.jsonl", "audit/2026/06/03.jsonl"]);
    }

    [Fact]
    public async Task Append_TwoConcurrentWriters_KeepsAllLinesAndBatchesTogether()
    {
        const int Batches = 12;

        await Task.WhenAll(new[] { "a", "b" }.Select(async writer =>
        {
            var log = new AuditLog(NewStorage(), SmallPart);
            for (var batch = 0; batch < Batches; batch++)
            {
                await log.AppendAsync([Line($"{writer}{batch}.0"), Line($"{writer}{batch}.1")], Cancellation);
            }
        }));

        var read = await ReadAsync(Reader());
        var written =
            from writer in new[] { "a", "b" }
            from batch in Enumerable.Range(0, Batches)
            from line in new[] { 0, 1 }
            select $"{writer}{batch}.{line}";
        read.Order().ShouldBe(written.Order());
        read.Chunk(2).ShouldAllBe(pair => pair[0].Replace(".0", ".1", StringComparison.Ordinal) == pair[1]);
    }

    [Fact]
    public async Task Write_AnEntry_RecordsTheProcessAndTheStatesBeforeAndAfter()
    {
        var trail = new AuditTrail(new AuditLog(Storage), Storage, Storage, new FakeTimeProvider(Noon), "run-1", "job-1");

        await trail.WriteAsync([new AuditEntry("heal", "backup/7", "healed", "file_missing", "completed")], Cancellation);

        var line = (await Reader().ReadAsync(Noon, follow: false, Cancellation).ToListAsync(Cancellation)).ShouldHaveSingleItem();
        line.ShouldBe(new AuditLine(Noon, "run-1", "job-1", "heal", "backup/7", "healed") { Before = "file_missing", After = "completed", Who = line.Who });
        line.Who.ShouldNotBeNull().ShouldContain(Environment.MachineName);
    }

    [Fact]
    public async Task Follow_AcrossMidnightAndRollover_ReturnsEachLineOnce()
    {
        var clock = new FakeTimeProvider(Noon.AddHours(12).AddSeconds(-5));
        var log = new AuditLog(Storage, SmallPart);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var following = Task.Run(
            async () =>
            {
                await foreach (var line in Reader(clock).ReadAsync(Noon, follow: true, stop.Token))
                {
                    seen.Enqueue(line.Target);
                }
            },
            Cancellation);

        for (var number = 0; number < 8; number++)
        {
            await log.AppendAsync([Line($"{number}") with { Time = number < 5 ? Noon : Noon.AddDays(1) }], Cancellation);
            await Wait.UntilAsync(() => Advance() && seen.Count == number + 1, Cancellation);
        }

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(following);
        seen.ShouldBe(Enumerable.Range(0, 8).Select(number => $"{number}"));

        bool Advance()
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return true;
        }
    }

    private static AuditLine Line(string target) => new(Noon, "run-1", "nightly", "delete", target, "deleted");

    private AuditReader Reader(TimeProvider? time = null) => new(Storage, time ?? new FakeTimeProvider(Noon), SmallPart);

    private static async Task<List<string>> ReadAsync(AuditReader reader) =>
        await reader.ReadAsync(Noon, follow: false, Cancellation).Select(line => line.Target).ToListAsync(Cancellation);

    private async Task<List<string>> NamesAsync() =>
        await Storage.Audit.GetBlobsAsync(cancellationToken: Cancellation).Select(blob => blob.Name).ToListAsync(Cancellation);
}
