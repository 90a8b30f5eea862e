using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>Turns how the jobs and operations stand into one sentence and what to do.</summary>
internal static class HealthRule
{
    private const int Named = 20;

    public static StatusHealth Judge(IReadOnlyList<StatusJob> jobs, StatusOperations operations)
    {
        var problems = jobs.Select(ProblemOf).OfType<StatusProblem>().ToList();
        var silent = operations.Running.Count(operation => operation.Silent);
        if (silent > 0)
        {
            problems.Add(new StatusProblem(
                HealthLevel.Attention,
                Job: null,
                silent == 1 ? "A backup or restore under way gives no sign of life." : $"{silent} backups or restores under way give no sign of life.",
                "./cochin cleanup_stuck_operations --dry-run --verbose"));
        }

        if (operations.Running.Where(operation => operation.Problem is not null).ToList() is [var odd, ..] all)
        {
            problems.Add(new StatusProblem(
                HealthLevel.Attention,
                Job: null,
                $"{odd.Kind}/{odd.Id} {odd.Problem}{(all.Count == 1 ? "." : $", and {all.Count - 1} more operations have values that can't be relied on.")}",
                "./cochin doctor"));
        }

        if (operations.Missing is { } missing)
        {
            problems.Add(new StatusProblem(missing.ExistedBefore ? HealthLevel.Trouble : HealthLevel.Attention, Job: null, missing.Finding, "./cochin doctor"));
        }

        problems.AddRange(operations.Backups.Where(backup => backup.Overdue).Select(backup => new StatusProblem(
            HealthLevel.Trouble,
            Job: null,
            backup.NewestAgeSeconds is { } age
                ? $"The newest backup of {backup.Configuration} is {Units.English.Age(age)} old."
                : $"There is no backup of {backup.Configuration}, though one is expected.",
            "./cochin operations list")));

        problems.AddRange(operations.Backups.Where(backup => backup.Damaged > 0).Select(backup => new StatusProblem(
            HealthLevel.Trouble,
            Job: null,
            $"{Units.English.Count(backup.Damaged, "backup", "backups")} of {(backup.Configuration.Length > 0 ? backup.Configuration : "no configuration")} "
            + $"{(backup.Damaged == 1 ? "is" : "are")} damaged: {backup.Damage}.",
            "./cochin verify_backups --verbose")));

        if (operations.Note is not null)
        {
            problems.Add(new StatusProblem(HealthLevel.Attention, Job: null, operations.Note, "./cochin doctor"));
        }

        var level = problems.Select(problem => problem.Level).DefaultIfEmpty().Max();
        var worstFirst = problems.OrderByDescending(problem => problem.Level).ToList();
        var sentence = problems switch
        {
            [] => "All is well.",
            [var only] => only.Text,
            _ => $"{problems.Count} things need a look.",
        };
        return new StatusHealth(level, sentence, [.. worstFirst.Take(Named)]);
    }

    private static StatusProblem? ProblemOf(StatusJob job) =>
        TextOf(job) is var (text, next) ? new StatusProblem(JobHealth.LevelOf(job.Condition), job.Name, text, next) : null;

    private static (string Text, string Next)? TextOf(StatusJob job) => job.Condition switch
    {
        JobCondition.Failing => (
            job.ConsecutiveFailures == 1 ? $"{job.Name} failed." : $"{job.Name} failed {job.ConsecutiveFailures} times in a row.",
            $"./cochin history {job.Name}"),
        JobCondition.Overdue => (
            job.LastSuccessAgeSeconds is { } age ? $"{job.Name} is overdue: its last success was {Units.English.Age(age)} ago." : $"{job.Name} is overdue: it has never succeeded.",
            "./cochin doctor"),
        JobCondition.Unreadable => ($"{job.Name} does not run: its state in the jobs table can't be read.", "./cochin doctor"),
        JobCondition.Lost => ($"The last run of {job.Name} died; the next tick does its work again.", $"./cochin history {job.Name}"),
        JobCondition.Missed => ($"{job.Name} missed its last due time.", $"./cochin run {job.Name}"),
        JobCondition.Partial => ($"The last run of {job.Name} left some items undone.", $"./cochin history {job.Name}"),
        JobCondition.NotConfigured => ($"{job.Name} is not configured: set {job.MissingSetting}.", "./cochin doctor"),
        _ => null,
    };
}
