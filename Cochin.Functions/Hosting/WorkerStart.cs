namespace Cochin.Functions.Hosting;

/// <summary>Starts the worker, and tells the host's log in words what keeps it from starting.</summary>
internal static class WorkerStart
{
    private const int UnusableSettings = 2;

    /// <param name="errors">The host writes a worker's standard error to its log, line by line.</param>
    /// <param name="worker">Builds the worker and runs it to its end.</param>
    public static async Task<int> RunAsync(TextWriter errors, Func<Task> worker)
    {
        try
        {
            await worker().ConfigureAwait(false);
            return 0;
        }
        catch (SettingsException e)
        {
            foreach (var problem in e.Problems)
            {
                await errors.WriteLineAsync($"error: {problem.Setting}: {problem.Message} {problem.Hint}").ConfigureAwait(false);
            }

            await errors.WriteLineAsync($"The worker does not start: correct {(e.Problems.Count == 1 ? "this setting" : $"these {e.Problems.Count} settings")} of the Functions app, or in local.settings.json.").ConfigureAwait(false);
            return UnusableSettings;
        }
    }
}
