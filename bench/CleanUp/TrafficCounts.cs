using System.Globalization;
using Cochin.Bench.Running;
using Cochin.Bench.Simulation;

namespace Cochin.Bench.CleanUp;

/// <summary>The requests of each contestant for the same blobs.</summary>
internal sealed class TrafficCounts(int blobs)
{
    private readonly List<(string Contestant, IReadOnlyDictionary<string, long> Requests)> counted = [];

    public void Add(string contestant, SimulatedServer.State state) => counted.Add((contestant, state.Requests));

    public double PerThousand(string contestant) => counted.Single(one => one.Contestant == contestant).Requests.Values.Sum() * 1000d / blobs;

    public FindingsTable Table()
    {
        var kinds = counted.SelectMany(one => one.Requests.Keys).Distinct().Order().ToArray();
        return new FindingsTable(
            $"Requests for {blobs:N0} blobs, counted by the simulated service in a round that was not timed",
            ["contestant", "all", .. kinds],
            [
                .. counted.Select(one => (IReadOnlyList<string>)
                [
                    one.Contestant,
                    Text(one.Requests.Values.Sum()),
                    .. kinds.Select(kind => Text(one.Requests.GetValueOrDefault(kind))),
                ]),
            ]);

        static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
    }
}
