namespace Cochin.Functions.Hosting;

/// <summary>Starts the worker, and logs readable errors if its settings are invalid.</summary>
internal static class WorkerStart
{
    private const int InvalidSettings = 2;

    /// <param name="errors">The worker's standard error, which the host writes to its log.</param>
    /// <param name="worker">Builds and runs the worker.</param>
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

            var settings = e.Problems.Count == 1 ? "this setting" : $"these {e.Problems.Count} settings";
            await errors.WriteLineAsync($"The worker can't start. Correct {settings} in the function app or in local.settings.json.").ConfigureAwait(false);
            return InvalidSettings;
        }
    }
}
