using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using Azure.Core;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.SyncDjango.Files;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Files;

/// <summary>A test with a backups folder and a real storage.</summary>
public abstract class FilesTest(AzuriteServer server) : StorageTest(server)
{
    internal const string Name = "storage/q/a.zip";

    internal static readonly DateTime Future = new(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    internal const int Block = 4 * 1024 * 1024;

    /// <summary>A file of five blocks.</summary>
    internal const int Large = (4 * Block) + 17;

    /// <summary>Long before any upload of a test.</summary>
    internal static readonly DateTime LongAgo = new DateTime(2026, 9, 1, 4, 5, 6, DateTimeKind.Utc).AddTicks(1_234_567);

    internal string Backups { get; } = Directory.CreateTempSubdirectory("sync-").FullName;

    internal bool IsStopped { get; set; }

    internal Func<bool> IsOutOfTime { get; set; } = () => false;

    internal List<TaskProgress> Progress { get; } = [];

    internal FileSync Sync { get; private set; } = null!;

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Backups, recursive: true);
        return base.DisposeAsync();
    }

    internal string PathOf(string name) => Path.Combine(Backups, name);

    /// <summary>Writes a file below the backups folder.</summary>
    internal string Write(string name, byte[] content, DateTime? modifiedAt = null)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        File.SetLastWriteTimeUtc(path, modifiedAt ?? LongAgo);
        return path;
    }

    internal static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    internal static string Sha256(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal TaskContext NewContext(CochinStorage storage, bool dryRun = false)
    {
        var own = storage.Guarded(dryRun ? TaskOnStorage.RefuseInDryRun : ThrowIfStopped);
        return new TaskContext
        {
            RunId = "run1",
            Job = "sync_django",
            Storage = own,
            ClosingStorage = storage,
            Audit = new AuditTrail(new AuditLog(storage), own, storage, TimeProvider.System, "run1", "sync_django"),
            ThrowIfStopped = ThrowIfStopped,
            IsStopped = () => IsStopped,
            IsOutOfTime = () => IsOutOfTime(),
            Progress = progress =>
            {
                lock (Progress)
                {
                    Progress.Add(progress);
                }
            },
        };
    }

    /// <summary>Runs the synchronization and returns the states in the order of their names.</summary>
    internal async Task<List<FileState>> RunAsync(
        CochinStorage? storage = null, Func<string, bool>? isPrunedHere = null, bool dryRun = false, Func<string, RecordedContent>? recordOf = null)
    {
        Sync = new FileSync(NewContext(storage ?? Storage, dryRun), new StorageFolder(Backups)) { RecordOf = recordOf ?? (_ => default) };
        var states = await Sync.RunAsync(isPrunedHere ?? (_ => false), dryRun, Cancellation).ToListAsync(Cancellation);
        return [.. states.OrderBy(state => state.BlobName, StringComparer.Ordinal)];
    }

    /// <summary>Runs it and expects one file, without a problem unless it is given.</summary>
    internal async Task<FileState> RunOneAsync(FileOutcome expected, CochinStorage? storage = null, bool dryRun = false)
    {
        var state = (await RunAsync(storage, dryRun: dryRun)).ShouldHaveSingleItem();
        state.Outcome.ShouldBe(expected, state.Problem);
        return state;
    }

    internal async Task<byte[]> BlobAsync(string name) =>
        (await Storage.Backups.GetBlobClient(name).DownloadContentAsync(Cancellation)).Value.Content.ToArray();

    internal async Task<BlobProperties> PropertiesAsync(string name) =>
        await Storage.Backups.GetBlobClient(name).GetPropertiesAsync(cancellationToken: Cancellation);

    internal Task UploadBlobAsync(string name, byte[] content, params (string Key, string Value)[] metadata) =>
        Storage.Backups.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(content), new BlobUploadOptions { Metadata = metadata.ToDictionary(entry => entry.Key, entry => entry.Value) }, Cancellation);

    internal static bool IsWrite(Request request) => request.Method != RequestMethod.Get && request.Method != RequestMethod.Head;

    internal static bool IsBlock(Request request) => request.Uri.Query.Contains("comp=block&", StringComparison.Ordinal);

    internal static bool IsCommit(Request request) =>
        IsWrite(request) && (request.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal) || (IsBackup(request) && request.Uri.Query.Length == 0));

    internal static bool IsBackup(Request request) => Uri.UnescapeDataString(request.Uri.Path).Contains("-backups/storage/", StringComparison.Ordinal);

    /// <summary>Runs a program, for files that .NET can't create.</summary>
    internal async Task ShellAsync(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", script]) { WorkingDirectory = Backups })!;
        await shell.WaitForExitAsync(Cancellation);
        shell.ExitCode.ShouldBe(0);
    }

    /// <summary>Lets every user read the backups folder: a folder for temporary files can be read by its owner only.</summary>
    [UnsupportedOSPlatform("windows")]
    internal void OpenToAll() => File.SetUnixFileMode(Backups, (UnixFileMode)0b111_101_101);

    /// <summary>Calls a function as a user who may not read what root may read.</summary>
    internal static T AsOther<T>(Func<T> call)
    {
        const int Nobody = 65534;
        var before = SetFileUser(Nobody);
        try
        {
            return call();
        }
        finally
        {
            _ = SetFileUser(before);
        }
    }

    private void ThrowIfStopped()
    {
        if (IsStopped)
        {
            throw new RunStoppedException("The lock was lost.");
        }
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetFileUser(int user);
}
