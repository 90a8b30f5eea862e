using Cochin.Functions.Jobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Runs;

/// <summary>Creates the checkpoints of runs: blobs under <c>checkpoints/</c>, one per job, and one per task for typed tasks.</summary>
internal sealed class RunCheckpoints(JobStates states, TimeProvider time, ILogger<RunCheckpoints> logger)
{
    /// <summary>The checkpoint of a run. Sends no request.</summary>
    /// <param name="storage">The run's clients: the checkpoint may be written only while the run holds its lock.</param>
    public RunCheckpoint Create(Run run, CochinStorage storage) => new(storage, states, run, time, logger);
}
