using Cochin.Functions.Jobs;

namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of <c>simulate</c>.</summary>
internal sealed record SimulationDocument
{
    public required DateTime From { get; init; }

    public required DateTime To { get; init; }

    public required string TimeZone { get; init; }

    public required double TickSeconds { get; init; }

    public required IReadOnlyList<OutageDocument> Outages { get; init; }

    public required IReadOnlyList<OccurrenceDocument> Occurrences { get; init; }

    public static SimulationDocument Of(SimulationRequest request, IEnumerable<SimulatedOccurrence> occurrences) => new()
    {
        From = request.From.UtcDateTime,
        To = request.To.UtcDateTime,
        TimeZone = request.Zone.Id,
        TickSeconds = request.Tick.TotalSeconds,
        Outages = [.. request.Outages.Select(outage => new OutageDocument(outage.From.UtcDateTime, outage.To.UtcDateTime))],
        Occurrences = [.. occurrences.Select(OccurrenceDocument.Of)],
    };
}

internal sealed record OutageDocument(DateTime From, DateTime To);
