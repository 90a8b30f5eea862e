using Cochin.Bench.CleanUp;
using Cochin.Bench.Locks;
using Cochin.Bench.Reconciliation;
using Cochin.Bench.Simulation;
using Cochin.Bench.Stub;
using Cochin.Bench.StuckOperations;

namespace Cochin.Bench.Contestants;

/// <summary>
/// What of this program runs as a process of its own: contestants that have to be written first, and servers whose work is not to be
/// counted as ours. Started as <c>Cochin.Bench contestant NAME …</c>.
/// </summary>
internal static class ContestantProgram
{
    public const string Word = "contestant";

    private static readonly Dictionary<string, Func<string[], CancellationToken, Task<int>>> Programs = new()
    {
        [BareListing.Name] = BareListing.RunAsync,
        [BareRows.Name] = BareRows.RunAsync,
        [LockHolder.Name] = LockHolder.RunAsync,
        [SdkDeleteLoop.Name] = (_, cancellationToken) => SdkDeleteLoop.RunAsync(cancellationToken),
        [SimulatedProgram.Name] = SimulatedProgram.RunAsync,
        [StubProgram.Name] = (_, cancellationToken) => StubProgram.RunAsync(cancellationToken),
    };

    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken) =>
        await Programs[words[0]](words[1..], cancellationToken);
}
