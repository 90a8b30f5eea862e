using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Simulation;

namespace Cochin.Functions.Cli.Verbs;

internal static class SimulateVerb
{
    private const int MostDays = 400;
    private const int MostRows = 10_000;

    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids of jobs; all jobs where they are left out", Arity = ArgumentArity.ZeroOrMore };
        var from = new Option<string>("--from") { Description = "Where the table begins: a date (its 00:00) or a time, on the clock of the zone or with an offset", HelpName = "TIME", Required = true };
        var to = new Option<string>("--to") { Description = "Before what it ends", HelpName = "TIME", Required = true };
        var outages = new Option<string[]>("--outage") { Description = "No runner is there from FROM to TO; may be given several times", HelpName = "FROM..TO", AllowMultipleArgumentsPerToken = false };
        var zone = new Option<string?>("--zone") { Description = "Another time zone than the one that is set", HelpName = "IANA_NAME" };
        var tick = new Option<string>("--tick") { Description = "How often a runner looks: every 15 min in Azure; 1s is `serve`", HelpName = "DURATION", DefaultValueFactory = _ => "15m" };
        return new Verb(
            "simulate",
            "Show what would run in a stretch of time, and what becomes of what an outage missed; asks no storage",
            "simulate --from 2026-03-28 --to 2026-03-30",
            "simulate cleanup_temp_files --from 2026-06-01 --to 2026-06-08 --outage 2026-06-02T01:00..2026-06-04T12:00")
        {
            Do = (session, _) =>
            {
                var request = new SimulationRequest(
                    session.Jobs(session.Value(names)),
                    session.Value(zone),
                    session.Value(from)!,
                    session.Value(to)!,
                    session.Value(outages) ?? [],
                    session.Value(tick)!,
                    MostDays);
                var occurrences = Read(request);
                if (session.Terminal.IsJson)
                {
                    session.Write(SimulationDocument.Of(request, occurrences), CliJson.Readable.SimulationDocument);
                }
                else
                {
                    SimulationView.Write(session.Terminal, request, occurrences);
                }

                return Task.FromResult(ExitCodes.Done);
            },
        }.With(names, from, to, outages, zone, tick);
    }

    private static List<SimulatedOccurrence> Read(SimulationRequest request)
    {
        var simulator = new Simulator(request.Tick, request.Outages);
        var occurrences = request.Jobs
            .SelectMany(job => simulator.Simulate(job, request.From, request.To))
            .Take(MostRows + 1)
            .ToList();
        if (occurrences.Count > MostRows)
        {
            throw new CliException(
                "too_long",
                $"There are more than {Words.Number(MostRows)} occurrences from {request.From:u} to {request.To:u}.",
                $"Shorten the stretch (--from, --to) or name one job: {string.Join(", ", request.Jobs.Select(job => job.Name))}.");
        }

        return [.. occurrences.OrderBy(occurrence => occurrence.Due)];
    }
}
