namespace Cochin.Functions.Tests.Infra;

/// <summary>
/// Columns of the tables of Application Insights, as documented under https://learn.microsoft.com/azure/azure-monitor/reference/tables/
/// (appmetrics, apptraces, appdependencies, appexceptions). Columns that this program does not use are omitted.
/// </summary>
internal static class DocumentedTables
{
    private const string Everywhere =
        "TimeGenerated: datetime, AppRoleName: string, AppRoleInstance: string, AppVersion: string, OperationId: string, OperationName: string, "
        + "ParentId: string, Properties: dynamic, ItemCount: int, SDKVersion: string, Type: string, _ResourceId: string";

    public static IReadOnlyDictionary<string, string> All { get; } = new Dictionary<string, string>
    {
        ["AppMetrics"] = $"({Everywhere}, Name: string, Sum: real, Min: real, Max: real)",
        ["AppTraces"] = $"({Everywhere}, Message: string, SeverityLevel: int, Measurements: dynamic)",
        ["AppDependencies"] =
            $"({Everywhere}, Id: string, Name: string, Target: string, DependencyType: string, Data: string, "
            + "ResultCode: string, Success: bool, DurationMs: real, Measurements: dynamic)",
        ["AppExceptions"] =
            $"({Everywhere}, ExceptionType: string, ProblemId: string, Message: string, Method: string, Assembly: string, "
            + "OuterType: string, OuterMessage: string, InnermostType: string, InnermostMessage: string, Details: dynamic, SeverityLevel: int)",
    };

    public static IReadOnlyDictionary<string, string> None { get; } = new Dictionary<string, string>();
}
