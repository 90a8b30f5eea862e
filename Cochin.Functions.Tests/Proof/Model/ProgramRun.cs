using System.Globalization;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>What the program was let do in a step, at which times, and what it said of it.</summary>
internal sealed record ProgramRun(JobDefinition Job, RunReport Report, bool Died, bool IsTick, DateTimeOffset Now, DateTimeOffset ProgramNow)
{
    public string Task => Job.Task;

    public bool IsDry => Report.DryRun;

    /// <summary>Whether the task did its work to the end, undisturbed and for good.</summary>
    public bool Worked => !Died && !IsDry && Report.Outcome is (Outcome.Completed or Outcome.Partial);

    /// <summary>The age from which this job's clean-up deletes; nothing for other jobs.</summary>
    public TimeSpan? CleanupAge => Job.Name switch
    {
        "cleanup_temp_files" => TimeSpan.FromHours(24),
        "cleanup_temp_files_weekend" => TimeSpan.FromHours(2),
        _ => null,
    };

    /// <summary>The day in Paris by the program's clock.</summary>
    public string Today =>
        TimeZoneInfo.ConvertTime(ProgramNow, TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris")).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public bool Is(string task) => Task == task && !IsDry;
}
