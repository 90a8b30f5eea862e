using System.Globalization;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.SyncDjango.Files;

namespace Cochin.Bench.Sync;

/// <summary>The part of `sync_django` that uploads files, as a program: compares the folder with the storage, uploads, and writes the audit log.</summary>
internal static class SyncFiles
{
    public const string Name = "sync-files";

    /// <param name="args">The connection string, the backups folder and the expected number of bytes.</param>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellationToken)
    {
        var storage = new StorageConnection(args[0]).Connect(new StorageNames());
        using var audit = new AuditTrail(new AuditLog(storage), storage, storage, TimeProvider.System, "bench", Name);
        var context = new TaskContext { RunId = "bench", Job = Name, Storage = storage, ClosingStorage = storage, Audit = audit };
        var sync = new FileSync(context, new StorageFolder(args[1]));
        var problems = await sync.RunAsync(_ => false, dryRun: false, cancellationToken)
            .Where(state => state.Outcome is not (FileOutcome.Uploaded or FileOutcome.Unchanged))
            .Select(state => $"{state.BlobName} {state.Problem}")
            .ToListAsync(cancellationToken);
        problems.ForEach(Console.Error.WriteLine);
        Console.WriteLine($"{sync.UploadedBytes} bytes");
        return problems.Count == 0 && sync.UploadedBytes == long.Parse(args[2], CultureInfo.InvariantCulture) ? 0 : 1;
    }
}
