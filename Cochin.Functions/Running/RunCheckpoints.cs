using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>Where runs keep what the next one needs to go on: a blob a job, and a task for what is typed, under <c>checkpoints/</c>.</summary>
internal sealed class RunCheckpoints(CochinStorage storage, JobStates states, TimeProvider time, ILogger<RunCheckpoints> logger)
{
    /// <summary>The checkpoint of the work that a run is to do; nothing is asked of the storage yet.</summary>
    /// <param name="stop">Tells whether the run still holds its lock: only under it may the checkpoint be written.</param>
    public RunCheckpoint Of(Run run, RunStop stop) => new(storage, states, run, stop, time, logger);
}
