using System.Text.Json;
using System.Text.Json.Serialization;

namespace Cochin.Functions.Storage.Azurite;

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
    private readonly string folder;
    private readonly string userFile;
    private readonly FileGuard user;

    private EmbeddedAzurite(string folder, string userFile, FileGuard user, AzuriteEndpoint endpoint)
    {
        this.folder = folder;
        this.userFile = userFile;
        this.user = user;
        Endpoint = endpoint;
    }

    public AzuriteEndpoint Endpoint { get; }

    /// <summary>Joins the running Azurite of this project or starts it.</summary>
    /// <param name="projectRoot">Where <c>package.json</c> is.</param>
    /// <param name="say">Takes a line about slow steps.</param>
    /// <exception cref="AzuriteException">It can't be installed or started.</exception>
    public static async Task<EmbeddedAzurite> JoinAsync(string projectRoot, Action<string> say, CancellationToken cancellationToken)
    {
        var script = await new AzuritePackage(projectRoot).EnsureAsync(say, cancellationToken).ConfigureAwait(false);
        var folder = Path.Combine(projectRoot, ".azurite");
        using var guard = await FileGuard.AcquireAsync(Path.Combine(folder, "guard"), cancellationToken).ConfigureAwait(false);

        var endpoint = ReadEndpoint(folder);
        if (endpoint is null || !await endpoint.AnswersAsync(cancellationToken).ConfigureAwait(false))
        {
            endpoint = await AzuriteProcess.StartAsync(script, Path.Combine(folder, "data"), Path.Combine(folder, "azurite.log"), cancellationToken).ConfigureAwait(false);
            await File.WriteAllTextAsync(EndpointFile(folder), JsonSerializer.Serialize(endpoint, EndpointJson.Default.AzuriteEndpoint), cancellationToken).ConfigureAwait(false);
        }

        var userFile = Path.Combine(folder, "users", Guid.NewGuid().ToString("N"));
        return new EmbeddedAzurite(folder, userFile, FileGuard.TryAcquire(userFile)!, endpoint);
    }

    public async ValueTask DisposeAsync()
    {
        using var guard = await FileGuard.AcquireAsync(Path.Combine(folder, "guard"), CancellationToken.None).ConfigureAwait(false);
        user.Dispose();
        File.Delete(userFile);
        if (!IsUsed())
        {
            File.Delete(EndpointFile(folder));
            await AzuriteProcess.StopAsync(Endpoint).ConfigureAwait(false);
        }
    }

    private bool IsUsed()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(folder, "users")))
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

    private static AzuriteEndpoint? ReadEndpoint(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(EndpointFile(folder)), EndpointJson.Default.AzuriteEndpoint);
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            return null;
        }
    }

    [JsonSerializable(typeof(AzuriteEndpoint))]
    private sealed partial class EndpointJson : JsonSerializerContext;
}
