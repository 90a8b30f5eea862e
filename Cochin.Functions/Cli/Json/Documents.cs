using System.Text.Json.Serialization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Cli.Json;

/// <param name="Active">How many jobs are enabled.</param>
/// <param name="Overdue">How many went without success for too long.</param>
/// <param name="OverdueBackups">Configurations whose newest backup is too old, or that have none; null in a list of jobs alone.</param>
/// <param name="DamagedBackups">Backups that a verification has found damaged, a few of each configuration; null in a list of jobs alone.</param>
internal sealed record JobsDocument(
    IReadOnlyList<JobDocument> Jobs,
    int Active,
    int Overdue,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<OverdueBackup>? OverdueBackups = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<DamagedBackupDocument>? DamagedBackups = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] VerifiedBackups? VerifiedBackups = null);

/// <param name="Newest">When the newest good one was completed; null if there is none.</param>
internal sealed record OverdueBackup(string Configuration, DateTime? Newest);

/// <param name="Since">When that was found out; null if that is not known.</param>
internal sealed record DamagedBackupDocument(string Configuration, string Id, string? Name, string Damage, DateTime? Since);

/// <param name="Verified">How many of the completed backups are good and were verified.</param>
/// <param name="OldestCheck">When the one of these that was verified the longest ago was; null if none was.</param>
internal sealed record VerifiedBackups(long Verified, long Completed, DateTime? OldestCheck);

internal sealed record RunsDocument(IReadOnlyList<RunDocument> Runs);

/// <param name="Mended">What <c>--fix</c> did.</param>
internal sealed record ChecksDocument(IReadOnlyList<CheckDocument> Checks, IReadOnlyList<string> Mended);

internal sealed record LinesDocument(IReadOnlyList<AuditLine> Lines);

/// <param name="Attempts">All runs for the same occurrence, this one too, oldest first; none of a manual run.</param>
/// <param name="Lines">What the audit log has of it.</param>
/// <param name="Story">The same in sentences.</param>
internal sealed record StoryDocument(RunDocument Run, string? Host, IReadOnlyList<RunDocument> Attempts, IReadOnlyList<AuditLine> Lines, IReadOnlyList<string> Story);

/// <param name="Holder">Null while the lock is free.</param>
internal sealed record LockDocument(string Task, bool Unlocked, LockHolder? Holder);

internal sealed record LockHolder(string Holder, string Job, string RunId, DateTime Since);

internal sealed record ErrorDocument(ErrorBody Error);

internal sealed record ErrorBody(string Code, string Message, string Hint, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SettingProblem>? Problems);
