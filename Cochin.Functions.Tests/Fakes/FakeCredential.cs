using Azure.Core;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>Somebody who is signed in, as far as Azurite looks.</summary>
internal sealed class FakeCredential : TokenCredential
{
    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
    {
        var now = TimeProvider.System.GetUtcNow();
        return new AccessToken(FakeManagedIdentity.Token("https://storage.azure.com", now.ToUnixTimeSeconds()), now.AddHours(1));
    }

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
        ValueTask.FromResult(GetToken(requestContext, cancellationToken));
}
