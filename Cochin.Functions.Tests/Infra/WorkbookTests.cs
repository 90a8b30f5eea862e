using System.Text.Json;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The workbook as it would be deployed.</summary>
public sealed class WorkbookTests(AlertsSnapshot snapshot, KustoFixture parsed, EmittedNames emitted)
    : IClassFixture<AlertsSnapshot>, IClassFixture<KustoFixture>, IClassFixture<EmittedNames>
{
    [Fact]
    public void Workbook_Queries_AreTheFilesOfTheRepository()
    {
        var queries = Queries().Select(content => content.GetProperty("query").GetString()).ToList();

        queries.ShouldBe(
            InfraFolder.QueryNames.Where(name => !name.StartsWith("alert-", StringComparison.Ordinal)).Select(InfraFolder.Query),
            ignoreOrder: true);
        queries.ShouldAllBe(query => !string.IsNullOrWhiteSpace(query));
    }

    [Fact]
    public void Workbook_Queries_UseTheWorkspaceAndTheTimeRange()
    {
        var parameter = Items(9).Single().GetProperty("content").GetProperty("parameters").EnumerateArray().Single();

        parameter.GetProperty("name").GetString().ShouldBe("TimeRange");
        foreach (var query in Queries())
        {
            query.GetProperty("timeContextFromParameter").GetString().ShouldBe("TimeRange");
            query.GetProperty("crossComponentResources").EnumerateArray().Single().GetString().ShouldBe(AlertsSnapshot.Workspace);
        }
    }

    [Fact]
    public void Workbook_Charts_DrawColumnsThatTheirQueriesHave()
    {
        var charts = Queries().Where(content => content.TryGetProperty("chartSettings", out _)).ToList();

        charts.Count.ShouldBe(3);
        foreach (var chart in charts)
        {
            var settings = chart.GetProperty("chartSettings");
            var columns = parsed.WithTables[FileOf(chart)].Columns;
            columns.ShouldContainKeyAndValue(settings.GetProperty("xAxis").GetString()!, "datetime");
            columns.ShouldContainKeyAndValue(settings.GetProperty("group").GetString()!, "string");
            settings.GetProperty("yAxis").EnumerateArray().ShouldAllBe(axis => columns[axis.GetString()!] == "real");
        }
    }

    [Fact]
    public void Workbook_Tables_FormatColumnsThatTheirQueriesHave()
    {
        foreach (var table in Queries().Where(content => content.TryGetProperty("gridSettings", out _)))
        {
            var columns = parsed.WithTables[FileOf(table)].Columns;
            table.GetProperty("gridSettings").GetProperty("formatters").EnumerateArray()
                .ShouldAllBe(formatter => columns.ContainsKey(formatter.GetProperty("columnMatch").GetString()!));
        }
    }

    [Fact]
    public void Workbook_Endings_ThatAreMarkedOrColoured_AreThoseThatRunsHave()
    {
        var endings = emitted.Values["cochin.outcome"]
            .Concat(emitted.Values["cochin.reason"].Where(reason => reason != nameof(SkipReason.Interrupted)).Select(reason => $"Skipped ({reason})"))
            .ToList(); // An interrupted run is a failed one.

        var grid = Items(3).Single(item => item.GetProperty("name").GetString() == "jobs")
            .GetProperty("content").GetProperty("gridSettings").GetProperty("formatters")[0];
        grid.GetProperty("columnMatch").GetString().ShouldBe("Ending");
        grid.GetProperty("formatOptions").GetProperty("thresholdsGrid").EnumerateArray()
            .Select(threshold => threshold.GetProperty("thresholdValue").GetString()).Where(value => value is not null).ShouldBeSubsetOf(endings);

        var chart = Items(3).Single(item => item.GetProperty("name").GetString() == "outcomes").GetProperty("content").GetProperty("chartSettings");
        chart.GetProperty("seriesLabelSettings").EnumerateArray().Select(series => series.GetProperty("seriesName").GetString()!)
            .ShouldBe(endings.Where(ending => ending != "Skipped"), ignoreOrder: true);
    }

    [Fact]
    public void Workbook_EachSection_NamesACommand()
    {
        var sections = Items(1).Select(item => item.GetProperty("content").GetProperty("json").GetString()!).ToList();

        sections.Count.ShouldBe(7);
        sections.ShouldAllBe(text => text.StartsWith('#') && text.Contains("./cochin "));
    }

    [Fact]
    public void Workbook_Name_IsTheSameGuidOnEveryDeployment()
    {
        var name = Workbook().GetProperty("name").GetString();

        Guid.TryParse(name, out _).ShouldBeTrue();
        name.ShouldBe(snapshot.ResourcesWithoutAddresses.Single(IsWorkbook).GetProperty("name").GetString());
    }

    private static string FileOf(JsonElement query) => InfraFolder.QueryNames.Single(name => InfraFolder.Query(name) == query.GetProperty("query").GetString());

    private static bool IsWorkbook(JsonElement resource) => resource.GetProperty("type").GetString() == "Microsoft.Insights/workbooks";

    private JsonElement Workbook() => snapshot.Resources.Single(IsWorkbook);

    private IEnumerable<JsonElement> Queries() => Items(3).Select(item => item.GetProperty("content"));

    private List<JsonElement> Items(int type)
    {
        using var content = JsonDocument.Parse(Workbook().GetProperty("properties").GetProperty("serializedData").GetString()!);
        return
        [
            .. content.RootElement.GetProperty("items").EnumerateArray()
                .Where(item => item.GetProperty("type").GetInt32() == type)
                .Select(item => item.Clone()),
        ];
    }
}
