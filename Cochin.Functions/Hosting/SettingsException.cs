namespace Cochin.Functions.Hosting;

/// <summary>The settings can't be used; all that is wrong with them is listed at once.</summary>
internal sealed class SettingsException(IReadOnlyList<SettingProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Setting}: {problem.Message} {problem.Hint}")))
{
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}
