using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Hosting;

/// <summary>The Functions worker. Only builds with the official packages compile this file, so it does no more than it must.</summary>
internal static class WorkerHost
{
    public static async Task<int> RunAsync(TextWriter errors)
    {
        var builder = FunctionsApplication.CreateBuilder(Environment.GetCommandLineArgs()[1..]);
        builder.AddCochin();
        await builder.Build().RunAsync().ConfigureAwait(false);
        return 0;
    }
}
