using Cochin.Functions.Cli;
using Cochin.Functions.Hosting;
using Cochin.Functions.Local.Demo;
using Cochin.Functions.Network;

LoopbackBypass.Install();
return WorkerHost.IsHostStart(args)
    ? await WorkerHost.RunAsync(args, Console.Error).ConfigureAwait(false)
    : await CommandLine.RunAsync(args, DemoVerb.Create).ConfigureAwait(false);
