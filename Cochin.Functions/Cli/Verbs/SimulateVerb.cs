using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.Cli.Verbs;

internal static class SimulateVerb
{
    private const int MaxDays = 400;
    private const int MaxRows = 10_000;

    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids of jobs (default: all)", Arity = ArgumentArity.ZeroOrMore };
        var from = new Option<string>("--from")
        {
            Description = "Start: a date (00:00) or a time, in the time zone or with an offset",
            HelpName = "TIME",
            Required = true,
        };
        var to = new Option<string>("--to") { Description = "End (exclusive)", HelpName = "TIME", Required = true };
        var outages = new Option<string[]>("--outage")
        {
            Description = "No runner is up from FROM to TO; may be repeated",
            HelpName = "FROM..TO",
            AllowMultipleArgumentsPerToken = false,
        };
        var zone = new Option<string?>("--zone") { Description = "Time zone to use instead of the configured one", HelpName = "IANA_NAME" };
        var tick = new Option<string>("--tick")
        {
            Description = "Interval between ticks: 15m as in Azure, 1s as in `serve`",
            HelpName = "DURATION",
            DefaultValueFactory = _ => "15m",
        };
        return new Verb(
            "simulate",
            "Show what would run in a period of time, also after an outage; uses no storage",
            "simulate --from 2026-03-28 --to 2026-03-30",
            "simulate cleanup_temp_files --from 2026-06-01 --to 2026-06-08 --outage 2026-06-02T01:00..2026-06-04T12:00")
        {
            Execute = (session, _) =>
            {
                var request = new SimulationRequest(
                    session.Jobs(session.Value(names)),
                    session.Value(zone),
                    session.Value(from)!,
                    session.Value(to)!,
                    session.Value(outages) ?? [],
                    session.Value(tick)!,
                    MaxDays);
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
            .Take(MaxRows + 1)
            .ToList();
        if (occurrences.Count > MaxRows)
        {
            throw new CliException(
                "too_long",
                $"There are more than {Units.English.Number(MaxRows)} occurrences from {request.From:u} to {request.To:u}.",
                $"Choose a shorter period (--from, --to) or a single job: {string.Join(", ", request.Jobs.Select(job => job.Name))}.");
        }

        return [.. occurrences.OrderBy(occurrence => occurrence.Due)];
    }
}
