namespace Cochin.Functions.Hosting;

/// <summary>The settings are invalid. Lists all problems.</summary>
internal sealed class SettingsException(IReadOnlyList<SettingProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Setting}: {problem.Message} {problem.Hint}")))
{
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}

/// <summary>A problem with a setting.</summary>
/// <param name="Setting">The name as an environment variable, e.g. <c>Cochin__TimeZone</c>.</param>
/// <param name="Message">The problem; never contains a secret.</param>
/// <param name="Hint">How to fix it.</param>
internal sealed record SettingProblem(string Setting, string Message, string Hint);
