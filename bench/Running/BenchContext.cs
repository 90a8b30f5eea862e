namespace Cochin.Bench.Running;

/// <summary>What a benchmark works with.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Folder">An empty folder for this benchmark; removed afterwards.</param>
/// <param name="IsQuick">Fewer rounds and smaller sizes, to see that it works; nothing is recorded.</param>
/// <param name="Say">Takes a line about how far it is.</param>
internal sealed record BenchContext(string Root, string Folder, bool IsQuick, Action<string> Say)
{
    private const int FullRounds = 5;
    private const int QuickRounds = 2;

    public int Rounds => IsQuick ? QuickRounds : FullRounds;

    public T Of<T>(T quick, T full) => IsQuick ? quick : full;
}
