using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Queries use only names and values that the program emits. With a misspelled one, an alert would never fire.</summary>
public sealed partial class QueryNamesTests(EmittedNames emitted) : IClassFixture<EmittedNames>
{
    public static TheoryData<string> Queries() => [.. InfraFolder.QueryNames];

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_Metrics_AreEmitted(string name) =>
        MetricsOf(name).ShouldBeSubsetOf(emitted.Metrics.Keys);

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_Attributes_AreThoseOfItsMetrics(string name)
    {
        var metrics = MetricsOf(name);
        var known = metrics.Count > 0
            ? metrics.SelectMany(metric => emitted.Metrics[metric])
            : emitted.SpanKeys.Concat(emitted.LogKeys);

        KeysOf(name).ShouldBeSubsetOf(known);
    }

    [Theory]
    [MemberData(nameof(Queries))]
    public void Query_ComparedValues_AreEmitted(string name)
    {
        foreach (var (column, value) in ComparisonsOf(name).Where(comparison => comparison.Column != "Name"))
        {
            ValuesOf(column).ShouldContain(value, $"{column} is never '{value}'.");
        }
    }

    [Fact]
    public void RunFailedAlert_CoversEveryFailure()
    {
        var values = ComparisonsOf("alert-run-failed.kql").Select(comparison => comparison.Value).ToList();

        values.ShouldContain("Failed");
        values.ShouldContain("Lost");
        values.ShouldContain("Missed");
    }

    [Fact]
    public void Queries_Together_UseEveryMetric() =>
        InfraFolder.QueryNames.SelectMany(MetricsOf).Distinct().ShouldBe(emitted.Metrics.Keys, ignoreOrder: true);

    private static List<string> MetricsOf(string name) =>
        [.. ComparisonsOf(name).Where(comparison => comparison.Column == "Name").Select(comparison => comparison.Value)];

    private static IEnumerable<string> KeysOf(string name) =>
        PropertyKey().Matches(CodeOf(name)).Select(match => match.Groups[1].Value).Distinct();

    private static IEnumerable<(string Column, string Value)> ComparisonsOf(string name) =>
        from Match match in Comparison().Matches(CodeOf(name))
        from Capture value in match.Groups["value"].Captures
        select (match.Groups["column"].Value, value.Value);

    private IReadOnlySet<string> ValuesOf(string column) => column switch
    {
        "AppRoleName" => new HashSet<string> { emitted.Role },
        "Outcome" => emitted.Values["cochin.outcome"],
        "Trigger" => emitted.Values["cochin.trigger"],
        "Reason" => emitted.Values["cochin.reason"],
        "enabled" or "Enabled" => emitted.Values["cochin.job.enabled"],
        _ => throw new ShouldAssertException($"A query compares {column} with a text: say in this test which values it may have."),
    };

    private static string CodeOf(string name) => Comment().Replace(InfraFolder.FilledQuery(name), "");

    [GeneratedRegex(@"^\s*//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"Properties\['([^']+)'\]")]
    private static partial Regex PropertyKey();

    [GeneratedRegex(@"(?<column>\w+) ((==|=~|!=|!~|has|startswith|contains) '(?<value>[^']*)'|!?in~? \(('(?<value>[^']*)'(, )?)+\))")]
    private static partial Regex Comparison();
}
