using System.Text.Json.Serialization;

namespace Cochin.Functions.Runs;

/// <summary>The first line of a checkpoint, which identifies the work. The task defines the content that follows.</summary>
internal sealed record CheckpointHeader
{
    /// <summary>Increase it when the format of this line changes. Each task versions its own content.</summary>
    public const int CurrentVersion = 1;

    public required int Version { get; init; }

    public required string Task { get; init; }

    /// <summary>The task's options as text. A run with other options does not continue this work.</summary>
    public required string Options { get; init; }

    /// <summary>The storage account, container and table that the work is on.</summary>
    public required string Place { get; init; }

    /// <summary>The due time that the work is for; null if it was only run manually.</summary>
    public DateTimeOffset? Occurrence { get; init; }

    public required DateTimeOffset BegunAt { get; init; }

    /// <summary>The run that wrote the checkpoint.</summary>
    public required string KeptBy { get; init; }

    public required DateTimeOffset KeptAt { get; init; }

    /// <summary>How many runs have worked on it so far.</summary>
    public required int Parts { get; init; }

    public required long Progress { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CheckpointHeader))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
