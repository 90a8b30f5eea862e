using System.Globalization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>What the steps of one run share.</summary>
internal sealed record RebuildRun(RebuildBackupPathsOptions Options, TaskContext Context, RebuildWork Work, RebuildReport Report)
{
    public RebuildState State => Work.State;

    /// <summary>When the work began, on the clock of the storage service; ages are measured against it.</summary>
    public DateTimeOffset Now => State.Now;

    public bool DryRun => Options.DryRun;

    public bool IsOutOfTime => Context.IsOutOfTime();

    public CochinStorage Storage => Context.Storage;

    public Task AuditAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) => Context.Audit.WriteAsync(entries, cancellationToken);

    /// <summary>The <c>ErrorMessage</c> of a record whose blob is gone: what, who, when.</summary>
    public string Explain(string blobName, string container)
    {
        var by = Options.UserId is null ? "" : $" for user {Options.UserId}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The blob '{blobName}' is not in container '{container}': found by {RebuildBackupPathsDescription.Name}, run {Context.RunId}{by}, {Now:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
    }
}
