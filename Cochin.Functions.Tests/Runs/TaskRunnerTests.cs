using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

public sealed class TaskRunnerTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task RunTask_DryRunThatWrites_FailsAndWritesNothing()
    {
        Func<CochinStorage, Task>[] writes =
        [
            storage => storage.Backups.UploadBlobAsync("temp/x", BinaryData.FromString("x"), Cancellation),
            storage => storage.Operations.CreateIfNotExistsAsync(Cancellation),
            storage => storage.System.CreateIfNotExistsAsync(cancellationToken: Cancellation),
        ];
        foreach (var write in writes)
        {
            foreach (var clients in new Func<TaskContext, CochinStorage>[] { context => context.Storage, context => context.ClosingStorage })
            {
                Work.Does = async (context, _) =>
                {
                    await write(clients(context));
                    return ScriptedTask.Done;
                };

                var report = await NewRunner().RunTaskAsync(new ScriptedOptions { DryRun = true }, RunObserver.None, Cancellation);

                report.Outcome.ShouldBe(Outcome.Failed);
                report.Error.ShouldNotBeNull().ShouldContain("dry run");
            }
        }

        (await BlobNamesAsync()).ShouldBeEmpty();
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
    }
}
