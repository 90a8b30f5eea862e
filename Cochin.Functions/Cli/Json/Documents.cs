using System.Text.Json.Serialization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Cli.Json;

/// <param name="Active">Number of enabled jobs.</param>
/// <param name="Overdue">Number of overdue jobs.</param>
/// <param name="OverdueBackups">Configurations whose newest backup is too old, or that have none; null except for <c>status</c>.</param>
/// <param name="DamagedBackups">Backups that a verification found damaged, a few per configuration; null except for <c>status</c>.</param>
/// <param name="BackupsProblem">Why the state of the backups is unknown; null if it is known, or not part of the document.</param>
internal sealed record JobsDocument(
    IReadOnlyList<JobDocument> Jobs,
    int Active,
    int Overdue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<OverdueBackup>? OverdueBackups = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DamagedBackupDocument>? DamagedBackups = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VerifiedBackups? VerifiedBackups = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? BackupsProblem = null);

/// <param name="Newest">When the newest good backup was completed; null if there is none.</param>
internal sealed record OverdueBackup(string Configuration, DateTime? Newest);

/// <param name="Since">When the damage was found; null if unknown.</param>
internal sealed record DamagedBackupDocument(string Configuration, string Id, string? Name, string Damage, DateTime? Since);

/// <param name="Verified">The number of good backups that were verified.</param>
/// <param name="OldestCheck">The time of the oldest verification; null if no backup was verified.</param>
internal sealed record VerifiedBackups(long Verified, long Completed, DateTime? OldestCheck);

internal sealed record RunsDocument(IReadOnlyList<RunDocument> Runs);

/// <param name="Fixed">What <c>--fix</c> did.</param>
internal sealed record ChecksDocument(IReadOnlyList<CheckDocument> Checks, [property: JsonPropertyName("mended")] IReadOnlyList<string> Fixed);

internal sealed record LinesDocument(IReadOnlyList<AuditLine> Lines);

/// <param name="Attempts">All runs for the same occurrence, including this one, oldest first; empty for a manual run.</param>
/// <param name="Lines">The run's lines in the audit log.</param>
/// <param name="Story">The same as text, one sentence each.</param>
internal sealed record RunExplanationDocument(
    RunDocument Run,
    string? Host,
    IReadOnlyList<RunDocument> Attempts,
    IReadOnlyList<AuditLine> Lines,
    IReadOnlyList<string> Story);

/// <param name="Holder">Null if the lock was free.</param>
internal sealed record LockDocument(string Task, bool Unlocked, LockHolder? Holder);

internal sealed record LockHolder(string Holder, string Job, string RunId, DateTime Since);

internal sealed record ErrorDocument(ErrorBody Error);

internal sealed record ErrorBody(
    string Code,
    string Message,
    string Hint,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SettingProblem>? Problems);
