using System.Collections.Concurrent;
using System.Diagnostics;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>The application goes on using the temporary areas while the clean-up runs.</summary>
public sealed class CleanupRoundsTests(AzuriteServer server) : RaceTest(server)
{
    private const int Units = 8;

    private readonly ConcurrentQueue<(Func<Task<bool>> Holds, string Otherwise)> owed = new();
    private readonly ConcurrentQueue<Beginning> beginnings = new();
    private int changed;
    private int inUse;
    private int inWindow;

    [Fact]
    public async Task TemporaryFiles_UsedAtAnyMomentOfTheCleanup_AreKeptAndTheRestIsDeleted()
    {
        Requests.Answered = request => request.Method == "GET" && request.Has("Operations") ? LookedAsync(request) : Task.CompletedTask;

        await Ledger.PlayAsync(ProofScale.Of(14, 400), PlayAsync);

        Ledger.Conclude(
            "3.1",
            "Clean-up against the application",
            "While a clean-up runs, blobs are overwritten, leased, deleted, recreated or added, and operations begin: "
            + "before a randomly chosen request, or at any time. "
            + "Nothing that was touched may be deleted; everything else must be. "
            + "A unit whose operation begins after the operations were last read (at most 15 s before a delete) is counted as \"in the window\".",
            ("units left as changed", changed),
            ("as in use", inUse),
            ("in the window", inWindow));
        (changed + inUse).ShouldBeGreaterThan(0, "no race was run close enough to be seen by the clean-up");
    }

    private async Task<bool> PlayAsync(Random random, int round)
    {
        owed.Clear();
        beginnings.Clear();
        var units = Enumerable.Range(0, Units).Select(i => Draw(random, $"r{round}-{i}")).ToArray();
        await Task.WhenAll(units.SelectMany(unit => unit.Blobs).Select(blob => PutOldAsync(blob)));
        await PutAsync($"temp/fresh{round}", "fresh");
        await PutOldAsync($"uploads/busy-op{round}.part");
        await AddOperationAsync(OperationKind.Restore, $"op{round}", ("Status", OperationStatus.Running), ("CreatedAt", TimeProvider.System.GetUtcNow()));
        var victims = units.OrderBy(_ => random.Next()).Take(3).Select(unit => (Unit: unit, Act: Draw(random, unit))).ToArray();

        var (report, met) = await RaceAsync(random, new CleanupTempFilesOptions(), () => Task.WhenAll(victims.Select(victim => victim.Act())));

        Ledger.Expect(report.Outcome == Outcome.Completed, $"the run is {report.Outcome}: {report.Error}");
        Ledger.Expect(
            report.Result.Count("old")
            == report.Result.Count("deleted") + report.Result.Count("inUse") + report.Result.Count("changed") + report.Result.Count("failed"),
            "its counts do not add up");
        foreach (var (holds, otherwise) in owed)
        {
            Ledger.Expect(await holds(), otherwise);
        }

        Ledger.Expect(await ContentAsync($"temp/fresh{round}") is not null, "a fresh blob was deleted");
        Ledger.Expect(await ContentAsync($"uploads/busy-op{round}.part") is not null, "what a running operation uses was deleted");
        foreach (var blob in units.Except(victims.Select(victim => victim.Unit)).SelectMany(unit => unit.Blobs))
        {
            Ledger.Expect(await ContentAsync(blob) is null, $"{blob} is old and unused, and still there");
        }

        inWindow += beginnings.Count(beginning => beginning.WasSeen == 0);
        changed += (int)report.Result.Count("changed");
        inUse += (int)report.Result.Count("inUse") - 1;
        await ClearAsync();
        return met;
    }

    private static (string Path, string[] Blobs) Draw(Random random, string name)
    {
        var path = $"{TempAreas.Default.Names[random.Next(3)]}/{name}";
        return (path, random.Next(2) == 0 ? [path] : [.. Enumerable.Range(0, 1 + random.Next(4)).Select(i => $"{path}/{i}")]);
    }

    private Func<Task> Draw(Random random, (string Path, string[] Blobs) unit)
    {
        var blob = unit.Blobs[random.Next(unit.Blobs.Length)];
        return random.Next(7) switch
        {
            0 => () => RenewAsync(blob),
            1 => () => LeaseAsync(blob),
            2 => () => DeleteAsync(blob),
            3 => async () =>
            {
                await DeleteAsync(blob);
                await RenewAsync(blob);
            },
            4 when unit.Blobs[0] != unit.Path => () => RenewAsync(unit.Path + "/added"),
            5 => () => BeginAsync(unit, Guid.NewGuid().ToString("N"), unit.Path + "/"),
            _ => () => BeginAsync(unit, unit.Path.Split('/')[1], workPath: null),
        };
    }

    private async Task RenewAsync(string blob)
    {
        await PutAsync(blob, "renewed");
        owed.Enqueue((async () => await ContentAsync(blob) == "renewed", $"{blob} was renewed, and is gone or not what was written last"));
    }

    private async Task LeaseAsync(string blob)
    {
        try
        {
            await Storage.Backups.GetBlobClient(blob).GetBlobLeaseClient().AcquireAsync(TimeSpan.FromSeconds(60), cancellationToken: Cancellation);
            owed.Enqueue((async () => await ContentAsync(blob) is not null, $"{blob} was leased, and is gone"));
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound)
        {
            // The clean-up was faster.
        }
    }

    private Task DeleteAsync(string blob) => Storage.Backups.GetBlobClient(blob).DeleteIfExistsAsync(cancellationToken: Cancellation);

    private async Task BeginAsync((string Path, string[] Blobs) unit, string id, string? workPath)
    {
        await AddOperationAsync(
            OperationKind.Restore,
            id,
            ("Status", OperationStatus.Pending),
            ("WorkPath", workPath),
            ("CreatedAt", TimeProvider.System.GetUtcNow()));
        beginnings.Enqueue(new Beginning(unit.Path, Stopwatch.GetTimestamp()));
    }

    /// <summary>The clean-up has read the operations: what is left now of the units of those that had begun, must stay.</summary>
    private async Task LookedAsync(RacedRequest look)
    {
        foreach (var beginning in beginnings.Where(beginning => beginning.Time < look.Time && Interlocked.Exchange(ref beginning.WasSeen, 1) == 0))
        {
            var there = await Storage.Backups.GetBlobsAsync(BlobTraits.None, BlobStates.None, beginning.Path, Cancellation)
                .Select(blob => blob.Name)
                .ToListAsync(Cancellation);
            owed.Enqueue((
                async () => (await Task.WhenAll(there.Select(ContentAsync))).All(content => content is not null),
                $"{beginning.Path} was in use when the clean-up looked, and was deleted afterwards"));
        }
    }

    private async Task ClearAsync()
    {
        await foreach (var blob in Storage.Backups.GetBlobsAsync(cancellationToken: Cancellation))
        {
            var client = Storage.Backups.GetBlobClient(blob.Name);
            if (blob.Properties.LeaseStatus == LeaseStatus.Locked)
            {
                await client.GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: Cancellation);
            }

            await client.DeleteIfExistsAsync(cancellationToken: Cancellation);
        }

        await foreach (var row in Storage.Operations.QueryAsync<TableEntity>(cancellationToken: Cancellation))
        {
            await Storage.Operations.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, Cancellation);
        }
    }

    /// <summary>An operation that began, and whether the clean-up has read the operations since.</summary>
    private sealed class Beginning(string path, long time)
    {
        public int WasSeen;

        public string Path => path;

        public long Time => time;
    }
}
