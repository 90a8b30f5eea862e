using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>The checkpoint of a clean-up. It does not contain the live operations: each run reads those again.</summary>
internal sealed record CleanupState
{
    /// <summary>The service's time at the first page. All runs of the work use it, so the cutoff stays the same.</summary>
    public required DateTimeOffset ServiceTime { get; init; }

    /// <summary>Whether the first listing is complete.</summary>
    public required bool IsProven { get; init; }

    public required ListingPosition Position { get; init; }

    /// <inheritdoc cref="CleanupRun.PrefixesWithOld"/>
    public required Dictionary<string, string> PrefixesWithOld { get; init; }

    /// <summary>The number of pages processed in both listings.</summary>
    public required long Pages { get; init; }

    /// <summary>The paths of units that were handled and still exist, on pages that are listed again.</summary>
    public IReadOnlyList<string> Seen { get; init; } = [];

    /// <summary>Units that were deleted only in part when the time was used up.</summary>
    public required IReadOnlyList<UnitFacts> Suspended { get; init; }

    public required IReadOnlyList<AreaTally> Areas { get; init; }

    public required IReadOnlyList<string> Warnings { get; init; }

    public required IReadOnlyList<string> Failures { get; init; }

    /// <param name="areas">The areas of this run. A checkpoint with other areas is rejected.</param>
    /// <exception cref="JsonException">The content is not a checkpoint.</exception>
    /// <exception cref="InvalidDataException">The checkpoint has other areas, or units outside them.</exception>
    public static async Task<CleanupState> ReadAsync(Stream content, IReadOnlyList<string> areas, CancellationToken cancellationToken)
    {
        var state = await JsonSerializer.DeserializeAsync(content, CleanupJson.Default.CleanupState, cancellationToken).ConfigureAwait(false);
        return state is not null
            && state.Areas.Select(area => area.Area).SequenceEqual(areas)
            && state.Position.Parts.All(part => IsIn(part.Area, part.Prefix, areas) && part.Open.All(unit => IsUnit(unit, areas) && unit.Area == part.Area))
            && state.PrefixesWithOld.All(part => IsIn(part.Value, part.Key, areas))
            && state.Suspended.All(unit => IsUnit(unit, areas))
            ? state
            : throw new InvalidDataException();
    }

    private static bool IsIn(string area, string prefix, IReadOnlyList<string> areas) =>
        areas.Contains(area) && prefix.StartsWith(area + "/", StringComparison.Ordinal);

    private static bool IsUnit(UnitFacts unit, IReadOnlyList<string> areas) => areas.Contains(unit.Area) && !unit.Name.Contains('/', StringComparison.Ordinal);

    public ReadOnlyMemory<byte> ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, CleanupJson.Default.CleanupState);
}

[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(CleanupState))]
internal sealed partial class CleanupJson : JsonSerializerContext;
