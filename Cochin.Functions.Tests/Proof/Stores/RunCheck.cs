using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>What must hold of runs, locks and the status page once all is over.</summary>
internal static class RunCheck
{
    public static async Task<IReadOnlyList<string>> ComplaintsAsync(ProofStore store, Work work)
    {
        var complaints = new List<string>();
        var runs = await store.Storage.Runs.ReadAsync("PartitionKey ne ''").Select(RunRow.Read).ToListAsync();
        complaints.AddRange(runs.Where(run => run.Outcome == Outcome.Running).Select(run => $"the record of {run.RunId} says that it still runs"));
        complaints.AddRange(await store.HeldLocksAsync().Select(name => $"{name} is still held").ToListAsync());

        var carriedOut = runs.Count(run => run.Outcome is Outcome.Completed or Outcome.Partial && (run.Occurrence is not null || !work.IsScheduled));
        if (work.IsScheduled ? carriedOut != 1 : carriedOut == 0)
        {
            complaints.Add($"{carriedOut} runs say that they did the work: {string.Join(", ", runs.Select(run => run.Outcome))}");
        }

        var published = await store.Storage.System.GetBlobsAsync(
            global::Azure.Storage.Blobs.Models.BlobTraits.None,
            global::Azure.Storage.Blobs.Models.BlobStates.None,
            "status/",
            CancellationToken.None).CountAsync();
        if (published != 2 && !work.IsScheduled)
        {
            complaints.Add($"the status page has {published} of its 2 files");
        }

        return complaints;
    }
}
