namespace Cochin.Bench.Simulation;

/// <summary>What the service saw, by stretches of half a second; and whether it is overloaded.</summary>
internal sealed class Timeline(BusyStretch? busy)
{
    public const double SecondsInBeat = 0.5;

    private const int MostBeats = 4_096;

    private readonly Lock noting = new();
    private readonly long begun = TimeProvider.System.GetTimestamp();
    private readonly int[] inFlight = new int[MostBeats];
    private readonly int[] answered = new int[MostBeats];
    private readonly int[] refused = new int[MostBeats];
    private int last;
    private long requests;

    /// <summary>Seconds from the beginning to the overload; null where there was none.</summary>
    public double? BusyFrom { get; private set; }

    public IReadOnlyList<Beat> Beats =>
    [
        .. Enumerable.Range(0, last + 1).Select(beat => new Beat(beat * SecondsInBeat, inFlight[beat], answered[beat], refused[beat])),
    ];

    /// <summary>Takes in a request.</summary>
    /// <param name="concurrent">How many are under way, this one among them.</param>
    /// <returns>Whether it is refused.</returns>
    public bool Refuses(int concurrent)
    {
        lock (noting)
        {
            var now = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;
            if (busy is not null && ++requests > busy.AfterRequests)
            {
                BusyFrom ??= now;
            }

            var isRefused = now < BusyFrom + busy?.Seconds && concurrent > busy?.Most;
            var beat = Math.Min((int)(now / SecondsInBeat), MostBeats - 1);
            last = Math.Max(last, beat);
            inFlight[beat] = Math.Max(inFlight[beat], concurrent);
            (isRefused ? refused : answered)[beat]++;
            return isRefused;
        }
    }
}
