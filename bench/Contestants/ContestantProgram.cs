using Cochin.Bench.CleanUp;
using Cochin.Bench.Stub;

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
        [SdkDeleteLoop.Name] = (_, cancellationToken) => SdkDeleteLoop.RunAsync(cancellationToken),
        [StubProgram.Name] = (_, cancellationToken) => StubProgram.RunAsync(cancellationToken),
    };

    public static async Task<int> RunAsync(string[] words, CancellationToken cancellationToken) =>
        await Programs[words[0]](words[1..], cancellationToken);
}
