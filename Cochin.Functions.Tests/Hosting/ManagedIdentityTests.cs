using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>The storage access of a function app: a token of the managed identity, then blobs and tables over TLS.</summary>
public sealed class ManagedIdentityTests : IAsyncLifetime
{
    private const string ClientId = "01234567-89ab-cdef-0123-456789abcdef";
    private const string NeedsLinux = "This test needs the environment variable SSL_CERT_FILE, which .NET reads only on Linux.";

    private readonly FakeManagedIdentity identity = new();
    private TokenAzurite azurite = null!;

    public static bool IsLinux => OperatingSystem.IsLinux();

    public async ValueTask InitializeAsync() => azurite = await TokenAzurite.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await azurite.DisposeAsync();
        await identity.DisposeAsync();
    }

    [Fact(Skip = NeedsLinux, SkipUnless = nameof(IsLinux))]
    public async Task Run_SignedInByManagedIdentity_WorksOnBlobsAndTables()
    {
        var run = await CochinProcess.RunAsync(Settings, "run", "cleanup_stuck_operations", "--json");
        var history = await CochinProcess.RunAsync(Settings, "history", "--json");

        run.ExitCode.ShouldBe(0, run.Errors);
        run.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
        history.Json.GetProperty("runs").GetArrayLength().ShouldBe(1);
        identity.Asked.ShouldNotBeEmpty();
        identity.Asked.ShouldAllBe(asked => asked.ClientId == ClientId && asked.Resource!.TrimEnd('/') == "https://storage.azure.com");
    }

    [Fact(Skip = NeedsLinux, SkipUnless = nameof(IsLinux))]
    public async Task Doctor_WithoutAToken_NamesTheSettingsToCheck()
    {
        var doctor = await CochinProcess.RunAsync([.. Settings, new("IDENTITY_HEADER", "wrong")], "doctor", "--json");

        doctor.ExitCode.ShouldBe(1);
        doctor.Output.ShouldContain("Could not sign in to the storage");
        doctor.Output.ShouldContain("CochinStorage__clientId");
    }

    private KeyValuePair<string, string>[] Settings =>
    [
        .. identity.Settings,
        new("SSL_CERT_FILE", azurite.CertificateFile),
        new("CochinStorage__blobServiceUri", azurite.BlobService),
        new("CochinStorage__tableServiceUri", azurite.TableService),
        new("CochinStorage__credential", "managedidentity"),
        new("CochinStorage__clientId", ClientId),
    ];
}
