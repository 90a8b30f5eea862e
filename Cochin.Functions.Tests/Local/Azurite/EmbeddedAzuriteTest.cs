using Cochin.Functions.Local.Azurite;

namespace Cochin.Functions.Tests.Local.Azurite;

/// <summary>Base class for tests of the embedded storage in an empty folder.</summary>
public abstract class EmbeddedAzuriteTest : IDisposable
{
    protected EmbeddedAzuriteTest() =>
        Directory.CreateSymbolicLink(Path.Combine(Root, "node_modules"), Path.Combine(ProjectRoot.Path, "node_modules"));

    protected string Root { get; } = Directory.CreateTempSubdirectory("cochin-").FullName;

    public void Dispose()
    {
        Directory.Delete(Root, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected static Task<string> EnsureInstalledAsync() =>
        new AzuritePackage(ProjectRoot.Path).EnsureAsync(_ => { }, TestContext.Current.CancellationToken);
}
