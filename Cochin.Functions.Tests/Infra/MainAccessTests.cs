using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Who may access the resources that would be deployed: roles, keys, secrets and networks.</summary>
[Collection<SharedMainSnapshot>]
public sealed partial class MainAccessTests(MainSnapshot snapshot) : MainTest
{
    private static readonly Dictionary<string, string> Roles = new()
    {
        ["b7e6dc6d-f1e8-4753-8033-0f276bb0955b"] = "Storage Blob Data Owner",
        ["ba92f5b4-2d11-453d-a403-e96b0029c9fe"] = "Storage Blob Data Contributor",
        ["0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3"] = "Storage Table Data Contributor",
        ["4633458b-17de-408a-b874-0445c86b69e6"] = "Key Vault Secrets User",
        ["3913510d-42f4-4e42-8a64-420c390055eb"] = "Monitoring Metrics Publisher",
    };

    [Fact]
    public void StorageAccounts_Always_AcceptIdentitiesAndTlsOnly()
    {
        var accounts = Of(snapshot.Default, "Microsoft.Storage/storageAccounts").ToList();

        accounts.Count.ShouldBe(2);
        foreach (var properties in accounts.Select(account => account.GetProperty("properties")))
        {
            properties.GetProperty("allowSharedKeyAccess").GetBoolean().ShouldBeFalse();
            properties.GetProperty("allowBlobPublicAccess").GetBoolean().ShouldBeFalse();
            properties.GetProperty("supportsHttpsTrafficOnly").GetBoolean().ShouldBeTrue();
            properties.GetProperty("minimumTlsVersion").GetString().ShouldBe("TLS1_2");
        }
    }

    [Fact]
    public void Anything_Always_HasNoKeyAndNoSecretInIt()
    {
        string.Join('\n', snapshot.All.Concat(snapshot.Default).Select(resource => resource.GetRawText()))
            .ShouldNotMatch("(?i)listkeys|listaccountsas|accountkey|sharedaccesssignature");
        string.Join('\n', snapshot.All.Select(resource => resource.GetRawText())).ShouldNotContain("MARKED", Case.Sensitive);
        Of(snapshot.All, "Microsoft.KeyVault/vaults/secrets").Select(secret => secret.GetProperty("properties").GetProperty("value").GetString())
            .ShouldBe(["[parameters('discordWebhookUrl')]", "[parameters('djangoSecretKey')]"], ignoreOrder: true);
    }

    [Fact]
    public void Roles_Always_AreExactlyThese() =>
        Grants(snapshot.Default).ShouldBe(
            [
                "app: Storage Blob Data Owner on stcochinhost",
                "app: Storage Blob Data Contributor on stcochin/blobServices/default/containers/backups",
                "app: Storage Blob Data Contributor on stcochin/blobServices/default/containers/cochin",
                "app: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinOperations",
                "app: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinDevis",
                "app: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinConfigurations",
                "app: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinJobs",
                "app: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinRuns",
                "app: Monitoring Metrics Publisher on appi-cochin-",
            ],
            ignoreOrder: true);

    [Fact]
    public void Roles_WithEverythingOn_AddOnlyWhatEachNeeds()
    {
        var grants = Grants(snapshot.All);

        grants.Where(grant => grant.StartsWith("django", StringComparison.Ordinal)).ShouldBe(
            [
                "django: Storage Blob Data Contributor on stcochin/blobServices/default/containers/backups",
                "django: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinOperations",
                "django: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinDevis",
                "django: Storage Table Data Contributor on stcochin/tableServices/default/tables/CochinConfigurations",
            ],
            ignoreOrder: true);
        grants.ShouldContain("app: Key Vault Secrets User on kv-cochin-/secrets/discord-webhook-url");
        grants.ShouldContain("app: Key Vault Secrets User on kv-cochin-/secrets/django-secret-key");
        grants.ShouldContain("app: Storage Blob Data Contributor on stcochin/blobServices/default/containers/cochin-audit");
        grants.Count(grant => grant.StartsWith("operator", StringComparison.Ordinal)).ShouldBe(8);
    }

    [Fact]
    public void PrivateNetworking_Enabled_ClosesStorageAndVault()
    {
        Of(snapshot.All, "Microsoft.Storage/storageAccounts").Concat(Of(snapshot.All, "Microsoft.KeyVault/vaults"))
            .ShouldAllBe(resource => resource.GetProperty("properties").GetProperty("publicNetworkAccess").GetString() == "Disabled");
        Of(snapshot.All, "Microsoft.Network/privateEndpoints").Count().ShouldBe(4);
        Of(snapshot.All, "Microsoft.Web/sites").Single().GetProperty("properties").TryGetProperty("virtualNetworkSubnetId", out _).ShouldBeTrue();
        snapshot.Default.Select(Type).ShouldNotContain(type => type.StartsWith("Microsoft.Network", StringComparison.Ordinal));
    }

    private static List<string> Grants(IEnumerable<JsonElement> resources) => [.. Of(resources, "Microsoft.Authorization/roleAssignments").Select(Grant)];

    private static string Grant(JsonElement assignment)
    {
        var properties = assignment.GetProperty("properties");
        var principal = properties.GetProperty("principalId").GetString()!;
        var who = principal.Contains("appPrincipalId", StringComparison.Ordinal) ? "app"
            : principal.Contains("djangoPrincipalId", StringComparison.Ordinal) ? "django"
            : principal == MainSnapshot.Operator ? "operator"
            : principal;
        var role = properties.GetProperty("roleDefinitionId").GetString()!;
        return $"{who}: {Roles[role[^36..]]} on {Token().Replace(Scope().Match(Id(assignment)).Groups[1].Value, "")}";
    }

    [GeneratedRegex("/providers/Microsoft\\.(?:Storage/storageAccounts|KeyVault/vaults|Insights/components)/([^']*?)(?:'|/providers/)")]
    private static partial Regex Scope();

    // The suffix of a name: 13 characters, 12 in the host's account.
    [GeneratedRegex("(?<=stcochinhost|stcochin|cochin-)(?!host)[a-z0-9]{12,13}(?=/|$)")]
    private static partial Regex Token();
}
