using System.Globalization;

namespace Cochin.Bench.CleanUp;

/// <summary>
/// The names of the blobs to delete: spread over the three areas, in each a fifth of them single and the rest in folders of twenty. The
/// same for every contestant, in an order that has nothing to do with the names (of what is uploaded in order, the emulator
/// deletes three times as fast).
/// </summary>
internal static class TempBlobs
{
    public const string Container = "backups";

    public static readonly TimeSpan Age = TimeSpan.FromHours(30);

    private const int SingleEvery = 5;
    private const int InFolder = 20;
    private const int Seed = 20261127;

    public static IReadOnlyList<string> Areas { get; } = ["temp", "restore_temp", "uploads"];

    public static string[] Names(int count)
    {
        var names = Enumerable.Range(0, count).Select(number => Name(Areas[number % Areas.Count], number / Areas.Count)).ToArray();
        new Random(Seed).Shuffle(names);
        return names;
    }

    private static string Name(string area, int number) => number % SingleEvery == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{area}/upload-{number:D6}.zip")
        : string.Create(CultureInfo.InvariantCulture, $"{area}/extract_{number / InFolder:D5}/part-{number:D6}.bin");
}
