using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>A test of commands on its own containers and tables.</summary>
public abstract class CommandTest(AzuriteServer server) : StorageTest(server)
{
    internal KeyValuePair<string, string>[] Settings =>
    [
        new("CochinStorage", ConnectionString),
        new("Cochin__Storage__BackupContainer", Names.BackupContainer),
        new("Cochin__Storage__SystemContainer", Names.SystemContainer),
        new("Cochin__Storage__TablePrefix", Names.TablePrefix),
    ];

    internal Task<CommandResult> RunAsync(params string[] arguments) => CochinCommand.RunAsync(Settings, arguments);

    internal CochinProcess Start(params string[] arguments) => CochinProcess.Start(Settings, arguments);
}
