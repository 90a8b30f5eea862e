using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Local.Azurite;

/// <summary>
/// The storage that commands use if none is configured: an Azurite with its data under <c>.azurite/</c>. All commands that run at the same time
/// share it, and the last one stops it.
/// </summary>
/// <remarks>
/// Each command locks a file in <c>users/</c>. The lock of a command that was killed is released, so the next command can stop the Azurite that was
/// left running.
/// </remarks>
internal sealed partial class EmbeddedAzurite : IAsyncDisposable
{
    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan ResponseTimeout = TimeSpan.FromMinutes(2);

    private readonly string folder;
    private readonly string userFile;
    private readonly FileLock userLock;
    private readonly Action<string> onProgress;

    private EmbeddedAzurite(string folder, string userFile, FileLock userLock, AzuriteEndpoint endpoint, Action<string> onProgress)
    {
        this.folder = folder;
        this.userFile = userFile;
        this.userLock = userLock;
        this.onProgress = onProgress;
        Endpoint = endpoint;
    }

    public AzuriteEndpoint Endpoint { get; }

    /// <summary>Joins the running Azurite of this project, or starts it.</summary>
    /// <param name="projectRoot">The folder with <c>package.json</c>.</param>
    /// <param name="onProgress">Receives a line of text when a slow step starts.</param>
    /// <exception cref="AzuriteException">
    /// It can't be installed or started, its folder can't be written, or the running one does not respond or can't be found.
    /// </exception>
    public static async Task<EmbeddedAzurite> JoinAsync(string projectRoot, Action<string> onProgress, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(projectRoot).EnsureAsync(onProgress, cancellationToken).ConfigureAwait(false);
        var folder = Path.Combine(projectRoot, ".azurite");
        using var folderLock = await LockFolderAsync(folder, onProgress, cancellationToken).ConfigureAwait(false);

        var userFile = Path.Combine(folder, "users", Guid.NewGuid().ToString("N"));
        var userLock = FileLock.TryAcquire(userFile)!;
        try
        {
            var endpoint = ReadEndpoint(folder);
            if (endpoint is null || !await AzuriteProcess.IsUsableAsync(endpoint, ResponseTimeout, onProgress, cancellationToken).ConfigureAwait(false))
            {
                // It may run in a container that shares the folder, where it can't be reached from here. A second one would overwrite its data.
                if (IsUsed(folder, except: userFile))
                {
                    throw new AzuriteException(
                        endpoint is null
                            ? $"Another command uses the storage emulator, and {EndpointFile(folder)} has no valid address of it."
                            : $"Another command uses the storage emulator, and its address in {EndpointFile(folder)} can't be reached from here.",
                        "Wait until the other command has ended; it may run in a container that shares the folder. Then try again.");
                }

                endpoint = await StartAsync(script, folder, onProgress, cancellationToken).ConfigureAwait(false);
            }

            return new EmbeddedAzurite(folder, userFile, userLock, endpoint, onProgress);
        }
        catch (Exception e)
        {
            userLock.Dispose();
            File.Delete(userFile);
            if (e is IOException or UnauthorizedAccessException)
            {
                throw AzuriteException.CannotWrite(folder, e);
            }

            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            using var folderLock = await LockFolderAsync(folder, onProgress, CancellationToken.None).ConfigureAwait(false);
            userLock.Dispose();
            File.Delete(userFile);
            if (!IsUsed(folder))
            {
                if (!await AzuriteProcess.StopAsync(Endpoint, onProgress).ConfigureAwait(false))
                {
                    // The next command finds it by its record. Without that, it would start a second one on the same data.
                    onProgress(
                        $"note: The storage emulator (process {Endpoint.ProcessId}) can't be stopped, perhaps because it belongs to another user. "
                        + $"To stop it: sudo kill {Endpoint.ProcessId}");
                }
                else if (ReadEndpoint(folder) is { } recorded && (recorded.ProcessId, recorded.ProcessStart) == (Endpoint.ProcessId, Endpoint.ProcessStart))
                {
                    File.Delete(EndpointFile(folder));
                }
            }
        }
        catch (Exception e) when (e is AzuriteException or IOException or UnauthorizedAccessException)
        {
            // The command has completed its work, so it must not fail.
            userLock.Dispose();
            onProgress($"note: The storage emulator is still running (process {Endpoint.ProcessId}); the next command stops it. {e.Message}");
        }
    }

    private static Task<FileLock> LockFolderAsync(string folder, Action<string> onProgress, CancellationToken cancellationToken) =>
        FileLock.AcquireAsync(Path.Combine(folder, "guard"), LockTimeout, onProgress, TimeProvider.System, cancellationToken);

    private static async Task<AzuriteEndpoint> StartAsync(string script, string folder, Action<string> onProgress, CancellationToken cancellationToken)
    {
        var (data, log) = (Path.Combine(folder, "data"), Path.Combine(folder, "azurite.log"));
        RequireWritable(data, log);
        return await AzuriteProcess
            .StartAsync(script, data, log, onProgress, cancellationToken, launched => Record(launched with { Folder = Resolve(folder) }, folder))
            .ConfigureAwait(false) with { Folder = Resolve(folder) };
    }

    private static void Record(AzuriteEndpoint endpoint, string folder)
    {
        // Written atomically, because a partial file would not identify the process.
        var (file, json) = (EndpointFile(folder), JsonSerializer.Serialize(endpoint, EndpointJson.Default.AzuriteEndpoint));
        File.WriteAllText(file + ".new", json);
        File.Move(file + ".new", file, overwrite: true);
    }

    // Otherwise Azurite crashes, with a stack trace in a log that it may not be able to write.
    private static void RequireWritable(string data, string log)
    {
        Directory.CreateDirectory(data);
        var probe = Path.Combine(data, Guid.NewGuid().ToString("N"));
        File.WriteAllText(probe, "probe"); // On a full disk, an empty file can still be created.
        File.Delete(probe);
        File.AppendAllText(log, "");
    }

    private static bool IsUsed(string folder, string? except = null)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "users")).Where(file => file != except))
        {
            using var unused = FileLock.TryAcquire(file);
            if (unused is null)
            {
                return true;
            }

            File.Delete(file);
        }

        return false;
    }

    private static string EndpointFile(string folder) => Path.Combine(folder, "endpoint.json");

    /// <summary>Returns the path of an existing folder with all symbolic links resolved.</summary>
    private static string Resolve(string path)
    {
        var full = Path.GetFullPath(path);
        if (Path.GetDirectoryName(full) is not { } parent)
        {
            return full;
        }

        var resolved = Path.Combine(Resolve(parent), Path.GetFileName(full));
        return new DirectoryInfo(resolved).LinkTarget is { } target ? Resolve(Path.Combine(Path.GetDirectoryName(resolved)!, target)) : resolved;
    }

    /// <summary>Returns the Azurite that was started last; null if its file is missing, invalid, or copied from another folder.</summary>
    private static AzuriteEndpoint? ReadEndpoint(string folder)
    {
        try
        {
            var endpoint = JsonSerializer.Deserialize(File.ReadAllText(EndpointFile(folder)), EndpointJson.Default.AzuriteEndpoint);
            var isOwn = endpoint is { ProcessId: > 0, BlobPort: > 0, TablePort: > 0 } && (endpoint.Folder is null || endpoint.Folder == Resolve(folder));
            return isOwn ? endpoint : null;
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(AzuriteEndpoint))]
    private sealed partial class EndpointJson : JsonSerializerContext;
}
