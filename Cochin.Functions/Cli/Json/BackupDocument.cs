namespace Cochin.Functions.Cli.Json;

internal sealed record BackupDocument(
    string Id,
    string? Name,
    string? Configuration,
    string? Status,
    string? BlobName,
    long? SizeBytes,
    string? Sha256,
    DateTime? CompletedAt,
    DateTime? VerifiedAt,
    string? VerifiedLevel,
    string? Damage,
    bool Protected);

internal sealed record BackupsDocument(IReadOnlyList<BackupDocument> Backups);

/// <param name="Continued">How many of the bytes an earlier download had left.</param>
/// <param name="Checked">Whether there was a checksum to compare with.</param>
internal sealed record DownloadDocument(string Id, string File, long Bytes, long Continued, string Sha256, bool Checked);

/// <param name="Changed">Whether the row was written; otherwise it was already like that.</param>
internal sealed record ProtectionDocument(string Id, bool Protected, bool Changed);
