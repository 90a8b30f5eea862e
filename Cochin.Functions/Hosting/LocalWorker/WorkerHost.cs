namespace Cochin.Functions.Hosting;

/// <summary>What a build without the Functions worker does when the Functions host starts it: say what is missing.</summary>
internal static class WorkerHost
{
    private const int UsageError = 2;

    public static async Task<int> RunAsync(string[] args, TextWriter errors)
    {
        await errors.WriteLineAsync(
            """
            This build of Cochin.Functions has no Azure Functions worker in it (FunctionsWorker=local), so the host can't run it.
            Build it with the official packages: dotnet build Cochin.Functions -p:FunctionsWorker=official
            Without a Functions host the jobs run under: ./cochin serve
            """).ConfigureAwait(false);
        return UsageError;
    }
}
