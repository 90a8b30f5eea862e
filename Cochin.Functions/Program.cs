using Cochin.Functions.Cli;
using Cochin.Functions.Hosting;

return WorkerSwitch.IsHostStart(args)
    ? await WorkerHost.RunAsync(Console.Error).ConfigureAwait(false)
    : await CommandLine.RunAsync(args).ConfigureAwait(false);
