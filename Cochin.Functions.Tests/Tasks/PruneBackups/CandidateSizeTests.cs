using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.PruneBackups;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

[Collection<Alone>]
public sealed class CandidateSizeTests
{
    private const int MaxBytes = 800;
    private const int Count = 20_000;

    private static readonly DateTimeOffset Now = new(2026, 12, 1, 5, 0, 0, TimeSpan.Zero);

    /// <summary>All backups are in memory at once, so each must be small, texts of the usual length included.</summary>
    [Fact]
    public void Backup_WithItsBlob_TakesFewBytes()
    {
        var held = new Candidate[Count];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < Count; i++)
        {
            held[i] = Backup();
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(held);
        (bytes / (double)Count).ShouldBeLessThanOrEqualTo(MaxBytes);
    }

    private static Candidate Backup()
    {
        var name = $"storage/production/production_full_20261130_040000_{Guid.NewGuid():N}"[..64];
        var row = new TableEntity(OperationKind.Backup, Guid.NewGuid().ToString())
        {
            ETag = new ETag($"W/\"datetime'{Now.AddTicks(Random.Shared.Next()):yyyy-MM-ddTHH'%3A'mm'%3A'ss.fffffffZ}'\""),
            ["Status"] = "completed",
            ["Type"] = "full",
            ["Configuration"] = "production",
            ["BlobName"] = name,
            ["SizeBytes"] = 10_000_000L,
            ["Sha256"] = new string('a', 64),
            ["CompletedAt"] = Now,
            ["CreatedAt"] = Now,
            ["VerifiedAt"] = Now,
            ["VerifiedLevel"] = "contents",
            ["VerifiedETag"] = $"0x8DE{Random.Shared.NextInt64():X12}"[..17],
        };
        var candidate = Candidate.Of(row, Operation.From(row), Now).ShouldNotBeNull();
        var metadata = new Dictionary<string, string> { ["sha256"] = new('a', 64), ["mtime"] = "2026-11-30T04:00:00Z" };
        var listed = new ListedBlob(
            new string(name), new ETag($"\"0x8DE{Random.Shared.NextInt64():X12}\""), Now, 10_000_000, IsLeased: false, Metadata: metadata);
        return candidate.With(new CandidateBlob(candidate.BlobName!, listed)) with { Configuration = "production", Type = "full", VerifiedLevel = "contents" };
    }
}
