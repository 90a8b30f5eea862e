using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Checks the KQL of the alerts and the workbook for errors that the service would report.</summary>
public sealed partial class QueryTests(KustoFixture parsed) : IClassFixture<KustoFixture>
{
    public static TheoryData<string> Queries() => [.. InfraFolder.QueryNames];

    public static TheoryData<string> AlertQueries() => [.. InfraFolder.QueryNames.Where(IsAlert)];

    private static bool IsAlert(string name) => name.StartsWith("alert-", StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_AgainstDocumentedTables_HasNoProblem(string name)
    {
        var answer = parsed.WithTables[name];

        answer.Problems.ShouldBeEmpty();
        answer.Tables.ShouldNotBeEmpty();
        answer.Columns.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Parser_WithMistakes_FindsEach()
    {
        var answers = await parsed.CheckAsync(DocumentedTables.All, new Dictionary<string, string>
        {
            ["column"] = "AppMetrics | where Nam == 'x'",
            ["table"] = "AppMetric | take 1",
            ["operator"] = "AppMetrics | sumarize count()",
            ["type"] = "AppMetrics | extend Twice = Properties + 1 | where Name > 2",
        });

        answers.Where(answer => answer.Value.Problems.Count == 0).Select(answer => answer.Key).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(AlertQueries))]
    public void AlertQuery_BeforeTheFirstRowOfATable_IsStillValid(string name)
    {
        var answer = parsed.WithoutTables[name];

        answer.Problems.Where(problem => problem.Severity == "Error").ShouldBeEmpty();
        answer.Columns.ShouldBe(parsed.WithTables[name].Columns);
    }

    [Theory]
    [MemberData(nameof(AlertQueries))]
    public void AlertQuery_UsesOnlyWhatLogAlertsAllow(string name)
    {
        // https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule#configure-alert-rule-conditions
        var query = InfraFolder.FilledQuery(name);

        foreach (var refused in new[] { "bag_unpack", "pivot", "narrow", "AggregatedValue" })
        {
            query.ShouldNotContain(refused);
        }

        AgoArgument().Matches(query).Select(match => match.Groups[1].Value).ShouldAllBe(argument => TimespanOfTwoDaysAtMost().IsMatch(argument));
    }

    [Theory]
    [MemberData(nameof(AlertQueries))]
    public void AlertQuery_Result_HasATime(string name) => parsed.WithTables[name].Columns.ShouldContainKeyAndValue("TimeGenerated", "datetime");

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_File_BeginsWithWhatItShows(string name) => InfraFolder.Query(name).ShouldMatch(@"\A// \S.{20,}");

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_WhenFilledIn_HasNoPlaceholderLeft(string name) => InfraFolder.FilledQuery(name).ShouldNotContain("__");

    [GeneratedRegex(@"ago\(([^)]*)\)")]
    private static partial Regex AgoArgument();

    [GeneratedRegex(@"^([12]d|([1-9]|[1-3]\d|4[0-8])h|\d+m)$")]
    private static partial Regex TimespanOfTwoDaysAtMost();
}
