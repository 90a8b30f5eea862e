using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>Operations end, or give a sign of life, as they are being marked as stuck.</summary>
public sealed class StuckRoundsTests(AzuriteServer server) : RaceTest(server)
{
    private const int Operations = 8;

    private int marked;
    private int finishedMeanwhile;
    private int tooLate;

    [Fact]
    public async Task Operations_EndingOrLivingAsTheyAreMarked_AreNeverOverwritten()
    {
        await Ledger.PlayAsync(ProofScale.Of(20, 600), PlayAsync);

        Ledger.Conclude(
            "3.2",
            "Marking against operations that end",
            $"{Operations} silent operations a round; some end (`completed`) or write a heartbeat while they are being marked, "
            + "as docs/storage-contract.md requires: under the row's ETag, reading again after a conflict. "
            + "A row that the application ended stays unchanged, and one with a new heartbeat is not marked.",
            ("marked", marked),
            ("finished meanwhile", finishedMeanwhile),
            ("marked before the application could write", tooLate));
        finishedMeanwhile.ShouldBeGreaterThan(0, "no operation ended between the plan and its mark");
    }

    private async Task<bool> PlayAsync(Random random, int round)
    {
        var ids = Enumerable.Range(0, Operations).Select(i => $"r{round}-{i}").ToArray();
        var silentSince = TimeProvider.System.GetUtcNow().AddHours(-10);
        await Task.WhenAll(ids.Select(id => AddOperationAsync(
            OperationKind.Backup,
            id,
            ("Status", random.Next(2) == 0 ? OperationStatus.Pending : OperationStatus.Running),
            ("CreatedAt", silentSince))));
        var touched = ids
            .OrderBy(_ => random.Next())
            .Take(1 + random.Next(5))
            .Select(id => (Id: id, Ends: random.Next(2) == 0, Pause: random.Next(15)))
            .ToArray();
        var written = new bool[touched.Length];

        var (report, met) = await RaceAsync(random, new CleanupStuckOperationsOptions(), () => Task.WhenAll(touched.Select(async (one, i) =>
        {
            await Task.Delay(one.Pause, Cancellation);
            written[i] = await WriteAsync(one.Id, one.Ends);
        })));

        Ledger.Expect(report.Outcome == Outcome.Completed, $"the run is {report.Outcome}: {report.Error}");
        for (var i = 0; i < touched.Length; i++)
        {
            var (id, ends, _) = touched[i];
            var status = await StatusAsync(id);
            var wanted = !written[i] ? OperationStatus.Failed : ends ? OperationStatus.Completed : OperationStatus.Running;
            Ledger.Expect(status == wanted, $"{id} is {status}, though it {(written[i] ? ends ? "had ended" : "had given a sign of life" : "was refused")}");
            tooLate += written[i] ? 0 : 1;
        }

        foreach (var id in ids.Except(touched.Select(one => one.Id)))
        {
            Ledger.Expect(await StatusAsync(id) == OperationStatus.Failed, $"{id} is stuck and was not marked");
        }

        marked += (int)report.Result.Count("marked");
        finishedMeanwhile += (int)report.Result.Count("finishedMeanwhile");
        await Task.WhenAll(ids.Select(id => Storage.Operations.DeleteEntityAsync(OperationKind.Backup, id, ETag.All, Cancellation)));
        return met;
    }

    /// <summary>Writes as the application does.</summary>
    /// <returns>False where the operation was ended by someone else.</returns>
    private async Task<bool> WriteAsync(string id, bool ends)
    {
        while (true)
        {
            var row = (await Storage.Operations.GetEntityAsync<TableEntity>(OperationKind.Backup, id, cancellationToken: Cancellation)).Value;
            if (row.GetString("Status") is not (OperationStatus.Pending or OperationStatus.Running))
            {
                return false;
            }

            var change = new TableEntity(OperationKind.Backup, id)
            {
                ["Status"] = ends ? OperationStatus.Completed : OperationStatus.Running,
                [ends ? "CompletedAt" : "HeartbeatAt"] = TimeProvider.System.GetUtcNow(),
            };
            try
            {
                await Storage.Operations.UpdateEntityAsync(change, row.ETag, TableUpdateMode.Merge, Cancellation);
                return true;
            }
            catch (RequestFailedException e) when (e.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied)
            {
                // Somebody else was faster: decide anew.
            }
        }
    }

    private async Task<string> StatusAsync(string id) =>
        (await Storage.Operations.GetEntityAsync<TableEntity>(OperationKind.Backup, id, cancellationToken: Cancellation)).Value.GetString("Status");
}
