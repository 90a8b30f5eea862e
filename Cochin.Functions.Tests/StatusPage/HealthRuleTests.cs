using Cochin.Functions.Jobs;
using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class HealthRuleTests
{
    private static readonly StatusOperations NoOperations = new([], 0, [], 0, Note: null);

    [Fact]
    public void Evaluate_NoProblems_IsHealthy()
    {
        var health = HealthRule.Evaluate(StatusSample.Healthy().Jobs, NoOperations);

        health.ShouldBe(health with { Level = HealthLevel.Healthy, Sentence = "No problems found." });
        health.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Failing", "Trouble", "a failed 2 times in a row.", "./cochin history a")]
    [InlineData("Overdue", "Trouble", "a is overdue: its last success was 12 h ago.", "./cochin doctor")]
    [InlineData("Unreadable", "Trouble", "a does not run: its state in the jobs table can't be read.", "./cochin doctor")]
    [InlineData("Lost", "Attention", "The last run of a died; the next tick repeats its work.", "./cochin history a")]
    [InlineData("Missed", "Attention", "a missed its last due time.", "./cochin run a")]
    [InlineData("Partial", "Attention", "The last run of a reported problems with some items.", "./cochin history a")]
    [InlineData("NotConfigured", "Attention", "a is not configured: set Cochin__Discord__WebhookUrl.", "./cochin doctor")]
    public void Evaluate_OneProblem_IsTheSentenceWithTheNextCommand(string condition, string level, string sentence, string next)
    {
        var job = StatusSample.Job("a") with
        {
            Condition = Enum.Parse<JobCondition>(condition), ConsecutiveFailures = 2, MissingSetting = "Cochin__Discord__WebhookUrl",
        };

        var health = HealthRule.Evaluate([job, StatusSample.Job("b")], NoOperations);

        health.Level.ShouldBe(Enum.Parse<HealthLevel>(level));
        health.Sentence.ShouldBe(sentence);
        health.Problems.ShouldHaveSingleItem().Next.ShouldBe(next);
    }

    [Fact]
    public void Evaluate_JobThatNoRunnerChecks_NeedsAttention()
    {
        var last = new RunnerCheck("serve@nas", new DateTimeOffset(2026, 11, 24, 3, 0, 0, TimeSpan.Zero));
        var jobs = new[]
        {
            StatusSample.Job("a") with { LastCheckBeforeStop = last },
            StatusSample.Job("b") with { LastCheckBeforeStop = last, Condition = JobCondition.Overdue },
        };

        var health = HealthRule.Evaluate(jobs, NoOperations);

        health.Problems.Select(problem => (problem.Level, problem.Job, problem.Next)).ShouldBe(
            [(HealthLevel.Trouble, "b", "./cochin doctor"), (HealthLevel.Attention, "a", "./cochin doctor")]);
        health.Problems[1].Text.ShouldBe("Nothing will start a: no runner has checked it since 2026-11-24 03:00:00Z (serve on nas).");
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("New")]
    [InlineData("Running")]
    public void Evaluate_ConditionWithoutAProblem_IsHealthy(string condition) =>
        HealthRule.Evaluate([StatusSample.Job("a") with { Condition = Enum.Parse<JobCondition>(condition) }], NoOperations)
            .Level.ShouldBe(HealthLevel.Healthy);

    [Fact]
    public void Evaluate_ManyProblems_ListsTheWorstFirstUpToALimit()
    {
        var jobs = Enumerable.Range(0, 500)
            .Select(i => StatusSample.Job($"job{i}") with
            {
                Condition = i == 300 ? JobCondition.Failing : JobCondition.Lost,
                ConsecutiveFailures = 1,
            })
            .ToList();

        var health = HealthRule.Evaluate(jobs, NoOperations with { Note = "The operations could not be read." });

        health.Sentence.ShouldBe("501 problems found.");
        health.Problems[0].Text.ShouldBe("job300 failed.");
        health.Problems.Count.ShouldBe(20);
    }
}
