using System.Globalization;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The files of <c>infra/</c>.</summary>
internal static class InfraFolder
{
    public static string Path { get; } = System.IO.Path.Combine(ProjectRoot.Path, "infra");

    public static IReadOnlyList<string> QueryNames { get; } =
    [
        .. Directory.EnumerateFiles(System.IO.Path.Combine(Path, "queries"), "*.kql")
            .Select(file => System.IO.Path.GetFileName(file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A query as it is in the repository, with its comments and placeholders.</summary>
    public static string Query(string name) => File.ReadAllText(System.IO.Path.Combine(Path, "queries", name));

    /// <summary>A query as the Bicep module fills it in, for any job.</summary>
    public static string FilledQuery(string name) => Filled(name, "rebuild_backup_paths", 172, "2026-06-02T10:00:00.1234567Z");

    /// <summary>A query as the Bicep module fills it in.</summary>
    public static string Filled(string name, string job, int limitHours, string workspaceCreatedAt) => Query(name)
        .Replace("__JOB__", job, StringComparison.Ordinal)
        .Replace("__LIMIT_HOURS__", limitHours.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
        .Replace("__WORKSPACE_CREATED_AT__", workspaceCreatedAt, StringComparison.Ordinal);
}
