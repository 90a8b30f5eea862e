using Cochin.Bench;

return await BenchCommand.RunAsync(args);
