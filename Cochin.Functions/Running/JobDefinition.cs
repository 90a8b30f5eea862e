using System.Security.Cryptography;
using System.Text;
using Cochin.Functions.Occurrences;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Running;

/// <summary>A job: a task with options and a schedule.</summary>
internal sealed record JobDefinition
{
    public required string Name { get; init; }

    public required TaskOptions Options { get; init; }

    public required JobSchedule Schedule { get; init; }

    /// <summary>How late an occurrence may still be made up.</summary>
    public required TimeSpan CatchUp { get; init; }

    /// <summary>As the settings have it; <c>add</c> and <c>remove</c> go before it (<see cref="JobState"/>).</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>After how many of its periods without success the job is overdue.</summary>
    public double OverduePeriods { get; init; } = 2;

    /// <summary>A setting that its task can't do without and that is not set; null if there is none.</summary>
    public string? MissingSetting { get; init; }

    /// <summary>Where each run is announced to a watcher outside; null for nowhere.</summary>
    public PingAddress? Ping { get; init; }

    /// <summary>Whether the settings define it: then the function <c>jobs</c> ticks for it.</summary>
    public bool IsFurther { get; init; }

    public string Task => Options.Task;

    /// <summary>Eight hex digits derived from the name, so that they survive a change of schedule.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)))[..8];
}
