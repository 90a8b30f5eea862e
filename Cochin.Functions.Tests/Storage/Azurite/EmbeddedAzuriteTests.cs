using Azure.Storage.Blobs;
using Cochin.Functions.Storage.Azurite;

namespace Cochin.Functions.Tests.Storage.Azurite;

public sealed class EmbeddedAzuriteTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("cochin-").FullName;

    public EmbeddedAzuriteTests() =>
        Directory.CreateSymbolicLink(Path.Combine(root, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task JoinAsync_Twice_SharesOneAndStopsItWithTheLast()
    {
        await EnsureInstalledAsync();

        await using var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var second = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        second.Endpoint.ShouldBe(first.Endpoint);

        await second.DisposeAsync();
        (await first.Endpoint.AnswersAsync(TestContext.Current.CancellationToken)).ShouldBeTrue();

        await first.DisposeAsync();
        (await first.Endpoint.AnswersAsync(TestContext.Current.CancellationToken)).ShouldBeFalse();
    }

    [Fact]
    public async Task JoinAsync_AfterStop_FindsTheDataAgain()
    {
        await EnsureInstalledAsync();

        await using (var first = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken))
        {
            await new BlobContainerClient(first.Endpoint.ConnectionString, "kept").CreateAsync(cancellationToken: TestContext.Current.CancellationToken);
        }

        await using var second = await EmbeddedAzurite.JoinAsync(root, _ => { }, TestContext.Current.CancellationToken);
        var found = await new BlobContainerClient(second.Endpoint.ConnectionString, "kept").ExistsAsync(TestContext.Current.CancellationToken);

        found.Value.ShouldBeTrue();
    }

    private static Task<string> EnsureInstalledAsync() =>
        new AzuritePackage(ProjectRoot.Path).EnsureAsync(_ => { }, TestContext.Current.CancellationToken);
}
