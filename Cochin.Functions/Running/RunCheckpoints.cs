using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Running;

/// <summary>Where runs keep what the next one needs to continue: under <c>checkpoints/</c>, one blob per job, and one per task for typed commands.</summary>
internal sealed class RunCheckpoints(JobStates states, TimeProvider time, ILogger<RunCheckpoints> logger)
{
    /// <summary>The checkpoint of a run's work; no request is sent yet.</summary>
    /// <param name="storage">The run's clients, as the checkpoint may be written only while the run holds its lock.</param>
    public RunCheckpoint Create(Run run, CochinStorage storage) => new(storage, states, run, time, logger);
}
