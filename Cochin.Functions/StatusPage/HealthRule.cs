using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>Evaluates the jobs and operations: one sentence, and each problem with the command to type next.</summary>
internal static class HealthRule
{
    private const int MaxProblems = 20;

    public static StatusHealth Evaluate(IReadOnlyList<StatusJob> jobs, StatusOperations operations)
    {
        var problems = jobs.Select(ProblemOf).OfType<StatusProblem>().ToList();
        var inactive = operations.Running.Count(operation => operation.Silent);
        if (inactive > 0)
        {
            problems.Add(new StatusProblem(
                HealthLevel.Attention,
                Job: null,
                inactive == 1 ? "A running backup or restore shows no activity." : $"{inactive} running backups or restores show no activity.",
                "./cochin cleanup_stuck_operations --dry-run --verbose"));
        }

        if (operations.Running.Where(operation => operation.Problem is not null).ToList() is [var first, ..] invalid)
        {
            problems.Add(new StatusProblem(
                HealthLevel.Attention,
                Job: null,
                $"{first.Kind}/{first.Id} {first.Problem}"
                + (invalid.Count == 1 ? "." : $", and {Units.English.Count(invalid.Count - 1, "more operation has", "more operations have")} invalid values."),
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
            $"{Units.English.Count(backup.Damaged, "backup", "backups")} "
            + $"{(backup.Configuration.Length > 0 ? $"of {backup.Configuration}" : "without a configuration")} "
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
            [] => "No problems found.",
            [var only] => only.Text,
            _ => $"{problems.Count} problems found.",
        };
        return new StatusHealth(level, sentence, [.. worstFirst.Take(MaxProblems)]);
    }

    private static StatusProblem? ProblemOf(StatusJob job) =>
        TextOf(job) is var (text, next) ? new StatusProblem(JobHealth.LevelOf(job.Condition), job.Name, text, next)
        : job.LastCheckBeforeStop is { } last
            ? new StatusProblem(
                HealthLevel.Attention,
                job.Name,
                $"Nothing will start {job.Name}: no runner has checked it since {last.At:u} ({PageText.Clean(last.Name, PageText.NameLimit)}).",
                "./cochin doctor")
        : null;

    private static (string Text, string Next)? TextOf(StatusJob job) => job.Condition switch
    {
        JobCondition.Failing => (
            job.ConsecutiveFailures == 1 ? $"{job.Name} failed." : $"{job.Name} failed {job.ConsecutiveFailures} times in a row.",
            $"./cochin history {job.Name}"),
        JobCondition.Overdue => (
            job.LastSuccessAgeSeconds is { } age
                ? $"{job.Name} is overdue: its last success was {Units.English.Age(age)} ago."
                : $"{job.Name} is overdue: it has never succeeded.",
            "./cochin doctor"),
        JobCondition.Unreadable => ($"{job.Name} does not run: its state in the jobs table can't be read.", "./cochin doctor"),
        JobCondition.Lost => ($"The last run of {job.Name} died; the next tick repeats its work.", $"./cochin history {job.Name}"),
        JobCondition.Missed => ($"{job.Name} missed its last due time.", $"./cochin run {job.Name}"),
        JobCondition.Partial => ($"The last run of {job.Name} reported problems with some items.", $"./cochin history {job.Name}"),
        JobCondition.NotConfigured => ($"{job.Name} is not configured: set {job.MissingSetting}.", "./cochin doctor"),
        _ => null,
    };
}
