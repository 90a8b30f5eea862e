using Cochin.Functions.Jobs;
using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class HealthRuleTests
{
    private static readonly StatusOperations NoOperations = new([], 0, [], 0, Note: null);

    [Fact]
    public void Health_NothingWrong_IsOneSentence()
    {
        var health = HealthRule.Judge(StatusSample.Well().Jobs, NoOperations);

        health.ShouldBe(health with { Level = HealthLevel.Healthy, Sentence = "All is well." });
        health.Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Failing", "Trouble", "a failed 2 times in a row.", "./cochin history a")]
    [InlineData("Overdue", "Trouble", "a is overdue: its last success was 12 h ago.", "./cochin doctor")]
    [InlineData("Unreadable", "Trouble", "a does not run: its state in the jobs table can't be read.", "./cochin doctor")]
    [InlineData("Lost", "Attention", "The last run of a died; the next tick does its work again.", "./cochin history a")]
    [InlineData("Missed", "Attention", "a missed its last due time.", "./cochin run a")]
    [InlineData("Partial", "Attention", "The last run of a left some items undone.", "./cochin history a")]
    [InlineData("NotConfigured", "Attention", "a is not configured: set Cochin__Discord__WebhookUrl.", "./cochin doctor")]
    public void Health_OneThingWrong_IsThatAndWhatToType(string condition, string level, string sentence, string next)
    {
        var job = StatusSample.Job("a") with
        {
            Condition = Enum.Parse<JobCondition>(condition), ConsecutiveFailures = 2, MissingSetting = "Cochin__Discord__WebhookUrl",
        };

        var health = HealthRule.Judge([job, StatusSample.Job("b")], NoOperations);

        health.Level.ShouldBe(Enum.Parse<HealthLevel>(level));
        health.Sentence.ShouldBe(sentence);
        health.Problems.ShouldHaveSingleItem().Next.ShouldBe(next);
    }

    [Theory]
    [InlineData("Off")]
    [InlineData("New")]
    [InlineData("Running")]
    public void Health_NothingOutOfTheOrdinary_IsHealthy(string condition) =>
        HealthRule.Judge([StatusSample.Job("a") with { Condition = Enum.Parse<JobCondition>(condition) }], NoOperations).Level.ShouldBe(HealthLevel.Healthy);

    [Fact]
    public void Health_ManyThingsWrong_NamesTheWorstFirstAndNotWithoutEnd()
    {
        var jobs = Enumerable.Range(0, 500).Select(i => StatusSample.Job($"job{i}") with { Condition = i == 300 ? JobCondition.Failing : JobCondition.Lost, ConsecutiveFailures = 1 }).ToList();

        var health = HealthRule.Judge(jobs, NoOperations with { Note = "The operations could not be read." });

        health.Sentence.ShouldBe("501 things need a look.");
        health.Problems[0].Text.ShouldBe("job300 failed.");
        health.Problems.Count.ShouldBe(20);
    }
}
