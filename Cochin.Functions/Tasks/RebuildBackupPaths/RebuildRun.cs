using System.Globalization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.RebuildBackupPaths;

/// <summary>The shared state of the steps of one run.</summary>
internal sealed record RebuildRun(RebuildBackupPathsOptions Options, TaskContext Context, RebuildWork Work, RebuildReport Report)
{
    public RebuildState State => Work.State;

    /// <summary>When the work started, on the clock of the storage service. Ages are measured against it.</summary>
    public DateTimeOffset Now => State.Now;

    public bool DryRun => Options.DryRun;

    public bool IsOutOfTime => Context.IsOutOfTime();

    public CochinStorage Storage => Context.Storage;

    public Task AuditAsync(IEnumerable<AuditEntry> entries, CancellationToken cancellationToken) => Context.Audit.WriteAsync(entries, cancellationToken);

    /// <summary>Returns the <c>ErrorMessage</c> for a record whose blob is missing.</summary>
    public string Explain(string blobName, string container)
    {
        var by = Options.UserId is null ? "" : $" for user {Options.UserId}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The blob '{blobName}' is not in container '{container}': "
            + $"found by {RebuildBackupPathsDescription.Name}, run {Context.RunId}{by}, {Now:yyyy-MM-dd'T'HH:mm:ss'Z'}.");
    }
}
