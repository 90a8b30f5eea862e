using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>The endpoint at which a Functions app gets the tokens of its managed identity.</summary>
/// <remarks>https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference</remarks>
internal sealed class FakeManagedIdentity : IAsyncDisposable
{
    private const string Header = "a-header-that-only-the-app-knows";

    private readonly ConcurrentQueue<(string? ClientId, string? Resource)> asked = new();
    private readonly HttpStub server;

    public FakeManagedIdentity() => server = new HttpStub((request, response) =>
    {
        if (request.Headers["X-IDENTITY-HEADER"] != Header)
        {
            response.StatusCode = 401;
            return "";
        }

        var (client, resource) = (request.QueryString["client_id"], request.QueryString["resource"]);
        asked.Enqueue((client, resource));
        response.ContentType = "application/json";
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        return JsonSerializer.Serialize(new
        {
            access_token = Token(resource!, now),
            client_id = client,
            expires_on = $"{now + 3_600}",
            resource,
            token_type = "Bearer",
        });
    });

    /// <summary>What the tokens were asked for.</summary>
    public IReadOnlyCollection<(string? ClientId, string? Resource)> Asked => asked;

    public KeyValuePair<string, string>[] Settings => [new("IDENTITY_ENDPOINT", $"{server.Url}/msi/token"), new("IDENTITY_HEADER", Header)];

    public ValueTask DisposeAsync() => server.DisposeAsync();

    // Azurite reads the claims and no signature.
    internal static string Token(string audience, long now) => string.Join('.', Part(new { alg = "none", typ = "JWT" }), Part(new
    {
        aud = audience,
        iss = "https://sts.windows.net/11111111-1111-1111-1111-111111111111/",
        iat = now - 60,
        nbf = now - 60,
        exp = now + 3_600,
        oid = "22222222-2222-2222-2222-222222222222",
    }), "c2lnbmF0dXJl");

    private static string Part<T>(T claims) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(claims))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
}
