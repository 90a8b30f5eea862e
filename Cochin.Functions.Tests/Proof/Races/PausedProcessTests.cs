using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>Processes that are stopped in the middle of their work for longer than their lease, and wake up when another has taken over.</summary>
public sealed class PausedProcessTests(AzuriteServer server) : RaceTest(server)
{
    private static readonly string[] Tasks =
    [
        CleanupTempFilesDescription.Name,
        CleanupStuckOperationsDescription.Name,
        RebuildBackupPathsDescription.Name,
        CheckDevisNotificationsDescription.Name,
    ];

    private readonly AzuriteServer azurite = server;
    private int paused;
    private int atWork;
    private int after;

    [Fact]
    public async Task WokenProcess_AfterAnotherTookOver_ChangesNothingMore()
    {
        await Ledger.PlayAsync(ProofScale.Of(1, 4), PlayAsync);

        Ledger.Conclude(
            "3.6",
            "A process that sleeps through its lease",
            "`serve` is stopped (SIGSTOP) at a randomly chosen write, its lease expires in real time (30 s), "
            + "another runner takes over, and the first is woken (SIGCONT): while the other is running, or after it has finished. "
            + "Requests already sent may arrive. After waking it deletes nothing, writes no row of operations, quotes or jobs, and sends no alert; "
            + "every record and occurrence stays as the other runner left it.",
            ("processes paused", paused),
            ("woken while the other was running", atWork),
            ("requests after waking", after));
    }

    /// <summary>All at once: they do nothing but wait for their leases to end.</summary>
    private async Task<bool> PlayAsync(Random random, int round)
    {
        if (round == 0)
        {
            return false; // There is nothing to rehearse.
        }

        var cases = Tasks
            .SelectMany(task => Enumerable.Range(0, ProofScale.Of(1, 2))
                .Select(i => (Task: task, Name: $"{i}{task[..2]}{task.Length}x{round}", Chance: new Random(random.Next()))))
            .ToArray();
        var done = await Task.WhenAll(cases.Select(async one =>
        {
            var names = NamesOf(one.Name);
            var work = new PausedWork(NewStorage(names), NewStorage(names, new BackdatePolicy(Old)), one.Task);
            await using var process = new PausedProcess(azurite.Endpoint, NewStorage(names), work, one.Task, one.Chance);
            await process.PlayAsync(this);
            return process;
        }));

        paused += done.Length;
        atWork += done.Count(process => process.WokeDuringWork);
        after += done.Sum(process => process.RequestsAfterWaking);
        return Array.TrueForAll(done, process => process.WasOvertaken);
    }

    private StorageNames NamesOf(string name)
    {
        var suffix = name.Replace("_", "", StringComparison.Ordinal);
        return new StorageNames
        {
            BackupContainer = $"{Names.BackupContainer}-{suffix}",
            SystemContainer = $"{Names.SystemContainer}-{suffix}",
            TablePrefix = Names.TablePrefix + suffix,
        };
    }
}
