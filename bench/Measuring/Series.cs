namespace Cochin.Bench.Measuring;

/// <summary>What a contestant needed in each round.</summary>
internal sealed record Series(string Contestant, IReadOnlyList<Measurement> Rounds)
{
    /// <summary>Wall time in seconds.</summary>
    public Spread Wall => Spread.Of(Rounds.Select(round => round.Wall.TotalSeconds));

    /// <summary>Processor time in seconds.</summary>
    public Spread Cpu => Spread.Of(Rounds.Select(round => round.Cpu.TotalSeconds));

    /// <summary>Processor time of the server in seconds.</summary>
    public Spread Server => Spread.Of(Rounds.Select(round => round.Server.TotalSeconds));

    /// <summary>Peak resident memory in MiB.</summary>
    public Spread Peak => Spread.Of(Rounds.Select(round => round.PeakBytes / 1048576d));
}
