namespace Cochin.Bench.Simulation;

/// <summary>What the service saw, by stretches of half a second.</summary>
internal sealed class Timeline
{
    public const double SecondsInBeat = 0.5;

    private const int MostBeats = 4_096;

    private readonly int[] inFlight = new int[MostBeats];
    private readonly int[] answered = new int[MostBeats];
    private readonly int[] refused = new int[MostBeats];
    private int last;

    public void Note(TimeSpan at, int concurrent, bool isRefused)
    {
        var beat = Math.Min((int)(at.TotalSeconds / SecondsInBeat), MostBeats - 1);
        lock (inFlight)
        {
            last = Math.Max(last, beat);
            inFlight[beat] = Math.Max(inFlight[beat], concurrent);
            (isRefused ? refused : answered)[beat]++;
        }
    }

    public IReadOnlyList<Beat> Beats => [.. Enumerable.Range(0, last + 1).Select(beat => new Beat(beat * SecondsInBeat, inFlight[beat], answered[beat], refused[beat]))];
}
