using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The alert rules as they would be deployed: one alert per job; each resolves automatically and uses the action group.</summary>
public sealed partial class AlertsModuleTests(AlertsSnapshot snapshot, KustoFixture parsed) : IClassFixture<AlertsSnapshot>, IClassFixture<KustoFixture>
{
    [Fact]
    public async Task Module_Lint_HasNoWarning()
    {
        var (output, errors) = await BicepCli.RunAsync(InfraFolder.Path, "lint", Path.Combine("modules", "alerts.bicep"));

        (output + errors).ShouldNotContain("Warning");
    }

    [Fact]
    public void LogRules_All_ResolveAutomaticallyAndUseTheActionGroup()
    {
        var rules = LogRules().ToList();

        rules.Count.ShouldBe(5);
        foreach (var rule in rules.Select(rule => rule.GetProperty("properties")))
        {
            rule.GetProperty("enabled").GetBoolean().ShouldBeTrue();
            rule.GetProperty("autoMitigate").GetBoolean().ShouldBeTrue();
            rule.TryGetProperty("muteActionsDuration", out _).ShouldBeFalse();
            rule.GetProperty("skipQueryValidation").GetBoolean().ShouldBeTrue();
            rule.GetProperty("severity").GetInt32().ShouldBeInRange(1, 2);
            rule.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe([AlertsSnapshot.Workspace]);
            rule.GetProperty("description").GetString()!.ShouldContain("./cochin");
            rule.GetProperty("actions").GetProperty("actionGroups").EnumerateArray().Single().GetString()!.ShouldEndWith("/actionGroups/ag-cochin-abc");
        }
    }

    [Fact]
    public void LogRules_Ranges_CoverTheTimeBetweenTwoEvaluations()
    {
        foreach (var rule in LogRules().Select(rule => rule.GetProperty("properties")))
        {
            Duration(rule, "windowSize").ShouldBeGreaterThanOrEqualTo(Duration(rule, "evaluationFrequency"));
            if (rule.TryGetProperty("overrideQueryTimeRange", out _))
            {
                Duration(rule, "overrideQueryTimeRange").ShouldBe(TimeSpan.FromDays(2));
            }
        }
    }

    [Fact]
    public void LogRules_QueriesWithTheirOwnRange_HaveTheRangeOfTheRule()
    {
        foreach (var rule in LogRules().Select(rule => rule.GetProperty("properties")))
        {
            rule.TryGetProperty("overrideQueryTimeRange", out _).ShouldBe(QueryOf(rule).Contains("ago(2d)", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void LogRules_Dimensions_AreTextColumnsOfTheQuery()
    {
        var dimensions =
            from rule in LogRules()
            from criterion in rule.GetProperty("properties").GetProperty("criteria").GetProperty("allOf").EnumerateArray()
            where criterion.TryGetProperty("dimensions", out _)
            from dimension in criterion.GetProperty("dimensions").EnumerateArray()
            select (Query: criterion.GetProperty("query").GetString()!, Name: dimension.GetProperty("name").GetString()!);

        foreach (var (query, name) in dimensions)
        {
            var file = InfraFolder.QueryNames.Single(file => InfraFolder.Query(file) == query);
            parsed.WithTables[file].Columns.ShouldContainKeyAndValue(name, "string");
        }

        dimensions.Select(dimension => dimension.Name).ShouldBe(["Job", "Ending", "Role", "ExceptionType"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("check_devis_notifications", 26)]
    [InlineData("rebuild_backup_paths", 172)]
    public void Job_HasItsOwnRule_ThatChecksItsLastSuccess(string job, int limitHours)
    {
        var rule = LogRules().Single(rule => rule.GetProperty("name").GetString() == $"cochin-no-success-{job}-abc").GetProperty("properties");

        var query = QueryOf(rule);
        query.ShouldContain($"let job = '{job}';");
        query.ShouldContain($"let limit = {limitHours} * 1h;");
        query.ShouldContain("cochin.job.last_success_age");
        rule.GetProperty("displayName").GetString()!.ShouldContain(job);
        rule.GetProperty("description").GetString()!.ShouldContain($"./cochin history {job}");

        var criterion = rule.GetProperty("criteria").GetProperty("allOf")[0];
        criterion.GetProperty("timeAggregation").GetString().ShouldBe("Count");
        criterion.GetProperty("operator").GetString().ShouldBe("GreaterThan");
        criterion.GetProperty("threshold").GetInt32().ShouldBe(0);
    }

    [Fact]
    public void MetricRules_Storage_WatchThrottlingAndAvailability()
    {
        var rules = OfType(snapshot.Resources, "Microsoft.Insights/metricAlerts").Select(rule => rule.GetProperty("properties")).ToList();

        rules.Count.ShouldBe(2);
        foreach (var rule in rules)
        {
            rule.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()).ShouldBe([AlertsSnapshot.Storage]);
            rule.GetProperty("autoMitigate").GetBoolean().ShouldBeTrue();
            rule.GetProperty("actions").EnumerateArray().Single().GetProperty("actionGroupId").GetString()!.ShouldEndWith("/actionGroups/ag-cochin-abc");
        }

        var throttling = rules
            .Select(rule => rule.GetProperty("criteria").GetProperty("allOf")[0])
            .Single(criterion => criterion.GetProperty("metricName").GetString() == "Transactions");
        throttling.GetProperty("dimensions")[0].GetProperty("values").EnumerateArray().Select(value => value.GetString())
            .ShouldBe(
                ["ServerBusyError", "ClientThrottlingError", "ClientAccountRequestThrottlingError", "ClientAccountBandwidthThrottlingError"],
                ignoreOrder: true);
    }

    [Fact]
    public void ActionGroup_WithAddresses_UsesBothInTheCommonSchema()
    {
        var group = OfType(snapshot.Resources, "Microsoft.Insights/actionGroups").Single().GetProperty("properties");

        var mail = group.GetProperty("emailReceivers").EnumerateArray().Single();
        mail.GetProperty("emailAddress").GetString().ShouldBe("operator@example.org");
        mail.GetProperty("useCommonAlertSchema").GetBoolean().ShouldBeTrue();
        // A snapshot does not resolve secrets, so it contains the expression.
        var webhooks = group.GetProperty("webhookReceivers").GetString()!;
        webhooks.ShouldContain("'serviceUri', parameters('alertWebhookUrl')");
        webhooks.ShouldContain("'useCommonAlertSchema', true()");
        group.GetProperty("groupShortName").GetString()!.Length.ShouldBeLessThanOrEqualTo(12);
    }

    [Fact]
    public void ActionGroup_WithoutAddresses_IsCreatedAnyway()
    {
        var group = OfType(snapshot.ResourcesWithoutAddresses, "Microsoft.Insights/actionGroups").Single().GetProperty("properties");

        group.GetProperty("emailReceivers").GetArrayLength().ShouldBe(0);
        group.GetProperty("webhookReceivers").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public void Resources_All_AreTagged() =>
        snapshot.Resources.ShouldAllBe(resource => resource.GetProperty("tags").GetProperty("app").GetString() == "cochin");

    private static IEnumerable<JsonElement> OfType(IEnumerable<JsonElement> resources, string type) =>
        resources.Where(resource => resource.GetProperty("type").GetString() == type);

    private IEnumerable<JsonElement> LogRules() => OfType(snapshot.Resources, "Microsoft.Insights/scheduledQueryRules");

    /// <summary>Returns the query of a rule. Fills in the creation date of the workspace, which is known only in Azure.</summary>
    private static string QueryOf(JsonElement rule)
    {
        var query = rule.GetProperty("criteria").GetProperty("allOf")[0].GetProperty("query").GetString()!;
        var unfinished = CreatedAtIsFilledIn().Match(query);
        return unfinished.Success ? unfinished.Groups["text"].Value.Replace("''", "'", StringComparison.Ordinal) : query;
    }

    private static TimeSpan Duration(JsonElement rule, string name) => System.Xml.XmlConvert.ToTimeSpan(rule.GetProperty(name).GetString()!);

    [GeneratedRegex(@"^\[replace\('(?<text>([^']|'')*)', '__WORKSPACE_CREATED_AT__', .*\bcreatedDate\b.*\)\]$", RegexOptions.Singleline)]
    private static partial Regex CreatedAtIsFilledIn();
}
