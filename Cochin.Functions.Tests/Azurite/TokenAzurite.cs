using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cochin.Functions.Local.Azurite;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>A real Azurite that accepts tokens over TLS, with a self-signed certificate.</summary>
internal sealed class TokenAzurite : IAsyncDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-");
    private readonly AzuriteEndpoint endpoint = AzuriteEndpoint.OnFreePorts();
    private readonly Process process;

    private TokenAzurite()
    {
        var key = WriteCertificate();
        process = Process.Start(new ProcessStartInfo(
            "node",
            [
                Path.Combine(ProjectRoot.Path, "node_modules", "azurite", "dist", "src", "azurite.js"),
                "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--inMemoryPersistence",
                "--oauth", "basic", "--cert", CertificateFile, "--key", key,
                "--blobPort", $"{endpoint.BlobPort}", "--queuePort", $"{endpoint.QueuePort}", "--tablePort", $"{endpoint.TablePort}",
            ])
        {
            RedirectStandardOutput = true,
        })!;
    }

    /// <summary>The certificate file for clients to trust.</summary>
    public string CertificateFile => Path.Combine(folder.FullName, "certificate.pem");

    public string BlobService => $"https://127.0.0.1:{endpoint.BlobPort}/devstoreaccount1";

    public string TableService => $"https://127.0.0.1:{endpoint.TablePort}/devstoreaccount1";

    public static async Task<TokenAzurite> StartAsync(CancellationToken cancellationToken)
    {
        await new AzuritePackage(ProjectRoot.Path).EnsureAsync(_ => { }, cancellationToken);
        while (true)
        {
            var azurite = new TokenAzurite();
            if (await azurite.IsStartedAsync(cancellationToken))
            {
                return azurite;
            }

            // Another program took one of the ports in the meantime.
            await azurite.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        process.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Waits until it answers.</summary>
    /// <returns>False if it ended instead.</returns>
    private async Task<bool> IsStartedAsync(CancellationToken cancellationToken)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = HttpClientHandler.DangerousAcceptAnyServerCertificateValidator,
        };
        using var http = new HttpClient(handler);
        await Wait.UntilAsync(
            async () => process.HasExited || (await AnswersAsync(http, BlobService) && await AnswersAsync(http, TableService)), cancellationToken);
        return !process.HasExited;
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string address)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri(address));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private string WriteCertificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        var keyFile = Path.Combine(folder.FullName, "key.pem");
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return keyFile;
    }
}
