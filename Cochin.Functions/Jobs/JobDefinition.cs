using System.Security.Cryptography;
using System.Text;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Jobs;

/// <summary>A job: a task with options and a schedule.</summary>
internal sealed record JobDefinition
{
    public required string Name { get; init; }

    public required TaskOptions Options { get; init; }

    public required JobSchedule Schedule { get; init; }

    /// <summary>How late an occurrence may still run.</summary>
    public required TimeSpan CatchUp { get; init; }

    /// <summary>Whether the settings enable it. <c>add</c> and <c>remove</c> override this (<see cref="JobState"/>).</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The number of periods without success after which the job is overdue.</summary>
    public double OverduePeriods { get; init; } = 2;

    /// <summary>A required setting of its task that is not set; null if there is none.</summary>
    public string? MissingSetting { get; init; }

    /// <summary>The monitoring service to ping at each run; null for none.</summary>
    public PingAddress? Ping { get; init; }

    /// <summary>Whether it is defined in the settings and not built in. The function <c>jobs</c> runs these.</summary>
    public bool IsFurther { get; init; }

    public string Task => Options.Task;

    /// <summary>Eight hex digits derived from the name, so that the id does not change with the schedule.</summary>
    public string Id => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Name)))[..8];
}

/// <summary>A ping URL in the style of Healthchecks.io. It is a secret: anyone who knows it can report for the job.</summary>
internal sealed class PingAddress(Uri url)
{
    /// <summary>The URL that reports an event of a run.</summary>
    /// <param name="path"><c>/start</c>, <c>/fail</c>, or empty for success.</param>
    /// <param name="rid">Identifies the run.</param>
    public Uri For(string path, Guid rid) =>
        new UriBuilder(url)
        {
            Path = url.AbsolutePath.TrimEnd('/') + path,
            Query = string.Join('&', new[] { url.Query.TrimStart('?'), $"rid={rid}" }.Where(part => part.Length > 0)),
        }.Uri;

    /// <summary>Does not reveal the URL.</summary>
    public override string ToString() => "a ping address";
}
