using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Local.Azurite;

/// <summary>
/// The storage that a command starts for itself where none is set: an Azurite with its data under <c>.azurite/</c>, shared by
/// all commands that run at the same time and stopped by the last of them.
/// </summary>
/// <remarks>
/// Each user holds a file open. A user that was killed lets go of its file, so what it left running is found and stopped by
/// the next command.
/// </remarks>
internal sealed partial class EmbeddedAzurite : IAsyncDisposable
{
    private static readonly TimeSpan GuardLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

    private readonly string folder;
    private readonly string userFile;
    private readonly FileGuard user;
    private readonly Action<string> say;

    private EmbeddedAzurite(string folder, string userFile, FileGuard user, AzuriteEndpoint endpoint, Action<string> say)
    {
        this.folder = folder;
        this.userFile = userFile;
        this.user = user;
        this.say = say;
        Endpoint = endpoint;
    }

    public AzuriteEndpoint Endpoint { get; }

    /// <summary>Joins the running Azurite of this project or starts it.</summary>
    /// <param name="projectRoot">Where <c>package.json</c> is.</param>
    /// <param name="say">Takes a line about slow steps.</param>
    /// <exception cref="AzuriteException">
    /// It can't be installed or started, its folder can't be written, or the one that is running does not answer or can't be found.
    /// </exception>
    public static async Task<EmbeddedAzurite> JoinAsync(string projectRoot, Action<string> say, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(projectRoot).EnsureAsync(say, cancellationToken).ConfigureAwait(false);
        var folder = Path.Combine(projectRoot, ".azurite");
        using var guard = await FileGuard.AcquireAsync(Path.Combine(folder, "guard"), GuardLimit, say, TimeProvider.System, cancellationToken).ConfigureAwait(false);

        var userFile = Path.Combine(folder, "users", Guid.NewGuid().ToString("N"));
        var user = FileGuard.TryAcquire(userFile)!;
        try
        {
            var endpoint = ReadEndpoint(folder);
            if (endpoint is null || !await AzuriteProcess.IsUsableAsync(endpoint, AnswerLimit, say, cancellationToken).ConfigureAwait(false))
            {
                // The emulator may run where it can't be seen from here, as in a container that shares the folder. A second one would overwrite its data.
                if (IsUsed(folder, except: userFile))
                {
                    throw new AzuriteException(
                        endpoint is null
                            ? $"Another command uses the storage emulator, and {EndpointFile(folder)} does not say where it is."
                            : $"Another command uses the storage emulator, and the one that {EndpointFile(folder)} names can't be reached from here.",
                        "Wait until the other command has ended, also in containers that share the folder, then try again.");
                }

                endpoint = await StartAsync(script, folder, say, cancellationToken).ConfigureAwait(false);
            }

            return new EmbeddedAzurite(folder, userFile, user, endpoint, say);
        }
        catch (Exception e)
        {
            user.Dispose();
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
            using var guard = await FileGuard.AcquireAsync(Path.Combine(folder, "guard"), GuardLimit, say, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            user.Dispose();
            File.Delete(userFile);
            if (!IsUsed(folder))
            {
                await AzuriteProcess.StopAsync(Endpoint, say).ConfigureAwait(false);
                if (ReadEndpoint(folder) is { } recorded && (recorded.ProcessId, recorded.ProcessStart) == (Endpoint.ProcessId, Endpoint.ProcessStart))
                {
                    File.Delete(EndpointFile(folder));
                }
            }
        }
        catch (Exception e) when (e is AzuriteException or IOException or UnauthorizedAccessException)
        {
            // The command has done its work, so this is no failure of it.
            user.Dispose();
            say($"note: The storage emulator still runs (process {Endpoint.ProcessId}); the next command stops it. {e.Message}");
        }
    }

    private static async Task<AzuriteEndpoint> StartAsync(string script, string folder, Action<string> say, CancellationToken cancellationToken)
    {
        var (data, log) = (Path.Combine(folder, "data"), Path.Combine(folder, "azurite.log"));
        RequireWritable(data, log);
        var endpoint = await AzuriteProcess.StartAsync(script, data, log, say, cancellationToken).ConfigureAwait(false) with { Folder = Resolve(folder) };
        try
        {
            // As a whole or not at all: half a file would not say which process has the data.
            var (file, json) = (EndpointFile(folder), JsonSerializer.Serialize(endpoint, EndpointJson.Default.AzuriteEndpoint));
            await File.WriteAllTextAsync(file + ".new", json, CancellationToken.None).ConfigureAwait(false);
            File.Move(file + ".new", file, overwrite: true);
            return endpoint;
        }
        catch
        {
            await AzuriteProcess.StopAsync(endpoint, say).ConfigureAwait(false);
            throw;
        }
    }

    // Azurite itself dies of it, with a stack trace in a log that it may not be able to write.
    private static void RequireWritable(string data, string log)
    {
        Directory.CreateDirectory(data);
        var probe = Path.Combine(data, Guid.NewGuid().ToString("N"));
        File.WriteAllText(probe, "probe"); // A full disk takes an empty file.
        File.Delete(probe);
        File.AppendAllText(log, "");
    }

    private static bool IsUsed(string folder, string? except = null)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "users")).Where(file => file != except))
        {
            using var abandoned = FileGuard.TryAcquire(file);
            if (abandoned is null)
            {
                return true;
            }

            File.Delete(file);
        }

        return false;
    }

    private static string EndpointFile(string folder) => Path.Combine(folder, "endpoint.json");

    /// <summary>The path of an existing folder without symbolic links.</summary>
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

    /// <summary>
    /// The Azurite that was started last; null if none is recorded, the record makes no sense, or it came here with a copy of another folder.
    /// </summary>
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
