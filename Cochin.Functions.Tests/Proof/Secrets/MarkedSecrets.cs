namespace Cochin.Functions.Tests.Proof.Secrets;

/// <summary>Secrets that occur nowhere else, so that finding one in an output means that it leaked.</summary>
internal static class MarkedSecrets
{
    public const string Token = "m4rked-token-of-the-webhook-0123456789abcdefghij";
    public const string Check = "3f2a9c51-m4rk-ed00-ping-e2d81b7f4a60";
    public const string Header = "m4rked-header-of-otlp-9876543210";
    public const string ClientSecret = "m4rked~client.secret~of-the-app-4711";
    public const string InstrumentationKey = "6d61726b-6564-4b65-794f-66496e736967";
    public const string DjangoKey = "dj4ngo-m4rked+secret=key of the (application)";
    public const string OtherKey = "bTRya2VkLWtleS1vZi1hbi1hY2NvdW50LXRoYXQtaXMtYXdheS0wMTIzNDU2Nzg5";
    public const string OtherSignature = "bTRya2VkLXNpZ25hdHVyZS1vZi1hLXNhcy10b2tlbi0w";

    public static string AccountKeyOf(string connectionString) => connectionString.Split("AccountKey=")[1].Split(';')[0];
}
