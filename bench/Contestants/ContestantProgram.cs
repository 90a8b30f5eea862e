using Cochin.Bench.CleanUp;
using Cochin.Bench.Cost;
using Cochin.Bench.Locks;
using Cochin.Bench.Reconciliation;
using Cochin.Bench.Simulation;
using Cochin.Bench.StuckOperations;
using Cochin.Bench.Verification;

namespace Cochin.Bench.Contestants;

/// <summary>
/// The parts of this program that run as processes of their own: contestants that exist only here, and servers whose work must not be
/// counted as ours. Started as <c>Cochin.Bench contestant NAME …</c>.
/// </summary>
internal static class ContestantProgram
{
    public const string Word = "contestant";

    private static readonly Dictionary<string, Func<string[], CancellationToken, Task<int>>> Programs = new()
    {
        [BareDownload.Name] = BareDownload.RunAsync,
        [BareListing.Name] = BareListing.RunAsync,
        [BareRows.Name] = BareRows.RunAsync,
        [CostProgram.Name] = CostProgram.RunAsync,
        [LockHolder.Name] = LockHolder.RunAsync,
        [SdkDeleteLoop.Name] = (_, cancellationToken) => SdkDeleteLoop.RunAsync(cancellationToken),
        [SimulatedProgram.Name] = SimulatedProgram.RunAsync,
        [SimulatedServer.Name] = (_, cancellationToken) => SimulatedServer.RunAsync(cancellationToken),
    };

    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken) =>
        await Programs[words[0]](words[1..], cancellationToken);
}
