using System.Text.Json;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>How far a clean-up is: what one run keeps for the next. The live operations are none of it, those are read anew.</summary>
internal sealed record CleanupState
{
    /// <summary>Of the first page of all; the cutoff stays what it was then.</summary>
    public required DateTimeOffset ServiceTime { get; init; }

    /// <summary>Whether the first listing, the one that proves, is complete.</summary>
    public required bool IsProven { get; init; }

    public required ListingPosition Position { get; init; }

    /// <summary>Pages gone through so far, in both listings.</summary>
    public required long Pages { get; init; }

    /// <summary>Units, by path, that were handled and are still there, on pages that are listed again.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];

    /// <summary>Units in the middle of whose deletion the time was used up.</summary>
    public required IReadOnlyList<UnitFacts> Suspended { get; init; }

    public required IReadOnlyList<AreaTally> Areas { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Failures { get; init; }

    /// <param name="areas">The areas of this run: the state of another's is not its own.</param>
    /// <exception cref="JsonException">It is none.</exception>
    /// <exception cref="InvalidDataException">It names what no clean-up would work on.</exception>
    public static async Task<CleanupState> ReadAsync(Stream content, IReadOnlyList<string> areas, CancellationToken cancellationToken)
    {
        var state = await JsonSerializer.DeserializeAsync(content, CleanupJson.Default.CleanupState, cancellationToken).ConfigureAwait(false);
        return state is { Position.Area: >= 0 }
            && state.Areas.Select(area => area.Area).SequenceEqual(areas)
            && state.Suspended.Concat(state.Position.Open).All(unit => IsUnit(unit, areas))
            ? state
            : throw new InvalidDataException();
    }

    private static bool IsUnit(UnitFacts unit, IReadOnlyList<string> areas) => areas.Contains(unit.Area) && !unit.Name.Contains('/', StringComparison.Ordinal);

    public ReadOnlyMemory<byte> ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CleanupJson.Default.CleanupState);
}
