namespace Cochin.Functions.Hosting;

/// <summary>The settings can't be used; all that is wrong with them is listed at once.</summary>
internal sealed class SettingsException(IReadOnlyList<SettingProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems.Select(problem => $"{problem.Setting}: {problem.Message} {problem.Hint}")))
{
    public IReadOnlyList<SettingProblem> Problems { get; } = problems;
}

/// <summary>One thing that is wrong with the settings.</summary>
/// <param name="Setting">Its name as it is written in the environment, e.g. <c>Cochin__TimeZone</c>.</param>
/// <param name="Message">What is wrong; never the value of a secret.</param>
/// <param name="Hint">What it may be.</param>
internal sealed record SettingProblem(string Setting, string Message, string Hint);
