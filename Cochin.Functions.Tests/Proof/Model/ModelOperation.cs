namespace Cochin.Functions.Tests.Proof.Model;

/// <param name="LastSign">The latest of creation, start and heartbeat.</param>
internal sealed record ModelOperation(string Kind, string Id, string Status, DateTimeOffset LastSign, string? WorkPath, string? BlobName)
{
    public string? Sha256 { get; init; }

    /// <summary>The version of the blob that was found sound.</summary>
    public string? VerifiedETag { get; init; }

    public bool IsDamaged { get; init; }

    /// <summary>When it was completed, if it was.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The backup that a restore reads.</summary>
    public string? BackupId { get; init; }

    public bool IsProtected { get; init; }

    /// <summary>Whether a run began to prune it.</summary>
    public bool IsPruneBegun { get; init; }

    /// <summary>When a verification found it sound.</summary>
    public DateTimeOffset? VerifiedAt { get; init; }

    public string Configuration { get; init; } = "";

    public DateTimeOffset MadeAt => CompletedAt ?? CreatedAt;

    public string? CreatedBy { get; init; }

    public long? SizeBytes { get; init; }

    public DateTimeOffset? PrunedAt { get; init; }

    /// <summary>Whether its time is that of an upload.</summary>
    public bool IsRegistered => CreatedBy == "rebuild_backup_paths";

    /// <summary>Its configuration; without one, the second segment of the path.</summary>
    public string Place => Configuration.Length > 0 ? Configuration : BlobName?.Split('/') is [_, var folder, _, ..] ? folder : "";

    public bool IsLive => Status is "pending" or "running";
}
