using System.Text.Json;
using System.Text.RegularExpressions;
using Cochin.Functions.Hosting;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.RebuildBackupPaths;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Tests the resources that would be deployed, according to `bicep snapshot`.</summary>
public sealed partial class MainTests(MainSnapshot snapshot) : IClassFixture<MainSnapshot>
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
    public void Bicep_Compiled_GivesNoWarning() => snapshot.Compiled.Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("lint", "main.bicep")]
    [InlineData("build-params", "main.bicepparam", "--stdout")]
    public async Task Bicep_OfTheWholeFolder_GivesNoWarning(params string[] command) =>
        (await BicepCli.RunAsync(InfraFolder.Path, command)).Errors.ShouldBeEmpty();

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
        string.Join('\n', snapshot.All.Concat(snapshot.Default).Select(resource => resource.GetRawText())).ShouldNotMatch("(?i)listkeys|listaccountsas|accountkey|sharedaccesssignature");
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
    public void Backups_Always_CanBeRestored()
    {
        var blobs = Of(snapshot.Default, "Microsoft.Storage/storageAccounts/blobServices").Single(service => !Name(service).StartsWith("stcochinhost", StringComparison.Ordinal)).GetProperty("properties");

        blobs.GetProperty("isVersioningEnabled").GetBoolean().ShouldBeTrue();
        blobs.GetProperty("deleteRetentionPolicy").GetProperty("days").GetInt32().ShouldBe(30);
        blobs.GetProperty("containerDeleteRetentionPolicy").GetProperty("enabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Lifecycle_Always_DeletesVersionsAndNeverABackupItself()
    {
        foreach (var rule in Of(snapshot.All, "Microsoft.Storage/storageAccounts/managementPolicies").Single().GetProperty("properties").GetProperty("policy").GetProperty("rules").EnumerateArray())
        {
            var definition = rule.GetProperty("definition");
            var isAudit = definition.GetProperty("filters").GetProperty("prefixMatch").EnumerateArray().All(prefix => prefix.GetString()!.Contains("/audit/", StringComparison.Ordinal));
            definition.GetProperty("actions").TryGetProperty("baseBlob", out _).ShouldBe(isAudit, rule.GetRawText());
        }
    }

    [Fact]
    public void AuditPolicy_Enabled_IsOnASeparateContainerThatAllowsAppends()
    {
        var policy = Of(snapshot.All, "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies").ShouldHaveSingleItem();

        Name(policy).ShouldEndWith("/cochin-audit/default");
        policy.GetProperty("properties").GetProperty("allowProtectedAppendWrites").GetBoolean().ShouldBeTrue();
        Settings(snapshot.All)["Cochin__Storage__AuditContainer"].ShouldBe("cochin-audit");
        Of(snapshot.Default, "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies").ShouldBeEmpty();
        Settings(snapshot.Default)["Cochin__Storage__AuditContainer"].ShouldBe("cochin");
    }

    [Fact]
    public void App_Always_RunsOnFlexConsumptionAndSignsInByIdentity()
    {
        Of(snapshot.Default, "Microsoft.Web/serverfarms").Single().GetProperty("sku").GetProperty("name").GetString().ShouldBe("FC1");
        var site = Of(snapshot.Default, "Microsoft.Web/sites").Single();
        var properties = site.GetProperty("properties");
        properties.GetProperty("httpsOnly").GetBoolean().ShouldBeTrue();
        properties.GetProperty("siteConfig").GetProperty("minTlsVersion").GetString().ShouldBe("1.2");
        properties.GetProperty("functionAppConfig").GetProperty("runtime").GetProperty("version").GetString().ShouldBe("10.0");
        properties.GetProperty("functionAppConfig").GetProperty("deployment").GetProperty("storage").GetProperty("authentication").GetProperty("type").GetString().ShouldBe("UserAssignedIdentity");
        site.GetProperty("tags").GetProperty("azd-service-name").GetString().ShouldBe("maintenance");
        Of(snapshot.Default, "Microsoft.Web/sites/basicPublishingCredentialsPolicies").Count(policy => !policy.GetProperty("properties").GetProperty("allow").GetBoolean()).ShouldBe(2);
        Of(snapshot.Default, "Microsoft.Insights/components").Single().GetProperty("properties").GetProperty("DisableLocalAuth").GetBoolean().ShouldBeTrue();
    }

    // https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#deprecated-properties-and-settings
    [Fact]
    public void App_OnFlexConsumption_HasNoUnsupportedSettings()
    {
        foreach (var resources in new[] { snapshot.Default, snapshot.All })
        {
            var properties = Of(resources, "Microsoft.Web/sites").Single().GetProperty("properties");
            properties.GetProperty("siteConfig").EnumerateObject().Select(property => property.Name).ShouldBe(["minTlsVersion"]);
            properties.EnumerateObject().Select(property => property.Name)
                .ShouldBeSubsetOf(["serverFarmId", "httpsOnly", "keyVaultReferenceIdentity", "virtualNetworkSubnetId", "siteConfig", "functionAppConfig"]);
            Settings(resources).Keys.Where(name => OfOtherPlans.IsMatch(name)).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Redeployment_WithoutTheWebhookUrl_KeepsTheSecretAndTheReference()
    {
        Of(snapshot.Redeployed, "Microsoft.KeyVault/vaults/secrets").ShouldAllBe(secret => secret.GetProperty("condition").GetString()!.Contains("not(empty(parameters('", StringComparison.Ordinal));
        Settings(snapshot.Redeployed)["Cochin__Discord__WebhookUrl"].ShouldContain("@Microsoft.KeyVault(");
        Settings(snapshot.Default).ShouldNotContainKey("Cochin__Discord__WebhookUrl");
        Settings(snapshot.Redeployed)["Cochin__Backups__DjangoSecretKey"].ShouldContain("@Microsoft.KeyVault(");
        Settings(snapshot.Default).ShouldNotContainKey("Cochin__Backups__DjangoSecretKey");
    }

    [Fact]
    public async Task Names_OfTwoEnvironments_HaveNothingInCommon()
    {
        var other = await MainSnapshot.PredictAsync("other", "");

        // Predicted separately for the same environment, so a name made from a time or at random would differ.
        snapshot.Default.Select(Id).ShouldBeSubsetOf(snapshot.Redeployed.Select(Id));
        other.Select(Id).Intersect(snapshot.Default.Select(Id)).ShouldBeEmpty();
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

    [Fact]
    public void Alerts_EachJob_HasOneWithALimitAboveItsPeriod()
    {
        var catalogue = CochinSettings.Read(new ConfigurationBuilder().Build()).Jobs;

        var rules = Of(snapshot.Default, "Microsoft.Insights/scheduledQueryRules").Select(Name).Where(name => name.StartsWith("cochin-no-success-", StringComparison.Ordinal));

        rules.Select(name => name["cochin-no-success-".Length..name.LastIndexOf('-')]).ShouldBe(catalogue.Jobs.Select(job => job.Name), ignoreOrder: true);
    }

    [Fact]
    public void Alerts_JobThatPrunes_HasOneOnceARuleIsSet()
    {
        Of(snapshot.Default, "Microsoft.Insights/scheduledQueryRules").Select(Name).ShouldNotContain(name => name.Contains("prune_backups", StringComparison.Ordinal));
        Of(snapshot.All, "Microsoft.Insights/scheduledQueryRules").Select(Name).ShouldContain(name => name.StartsWith("cochin-no-success-prune_backups-", StringComparison.Ordinal));
        Settings(snapshot.All)["Cochin__Retention__KeepLast"].ShouldBe("7");
    }

    [Fact]
    public void Alerts_FurtherJob_HasOneToo()
    {
        var rules = Of(snapshot.All, "Microsoft.Insights/scheduledQueryRules").Where(rule => Name(rule).StartsWith("cochin-no-success-uploads_hourly-", StringComparison.Ordinal));

        rules.ShouldHaveSingleItem().GetProperty("properties").GetProperty("description").GetString()!.ShouldContain("3 hours");
    }

    [Fact]
    public void TemporaryAreas_AsSet_AreUsedForSettingsAndLifecycleButNeverBackups()
    {
        Settings(snapshot.Default)["Cochin__Temp__Areas"].ShouldBe("temp/ restore_temp/ uploads/");
        Settings(snapshot.All)["Cochin__Temp__Areas"].ShouldBe("cache work/import/ storage/", "the program refuses that");
        Prefixes(snapshot.Default).ShouldBe(["backups/temp/", "backups/restore_temp/", "backups/uploads/", "cochin/locks/", "cochin/status/"]);
        Prefixes(snapshot.All).ShouldBe(["backups/cache/", "backups/work/import/", "cochin/locks/", "cochin/status/"]);

        static IEnumerable<string?> Prefixes(IEnumerable<JsonElement> resources) =>
            Of(resources, "Microsoft.Storage/storageAccounts/managementPolicies").Single().GetProperty("properties").GetProperty("policy").GetProperty("rules").EnumerateArray()
                .Single(rule => rule.GetProperty("name").GetString() == "old-versions-of-what-changes-often")
                .GetProperty("definition").GetProperty("filters").GetProperty("prefixMatch").EnumerateArray().Select(prefix => prefix.GetString());
    }

    [Fact]
    public async Task Settings_OfTheProgramInBicepAndInTheSample_AreTheSame()
    {
        var read = new ReadSettings();
        CochinSettings.Read(new ConfigurationBuilder().Add(read).Build());
        var program = read.Names.ToList();

        using var compiled = JsonDocument.Parse(snapshot.Compiled.Output);
        var optional = compiled.RootElement.GetProperty("definitions").GetProperty("programSettings").GetProperty("properties").EnumerateObject().Select(property => property.Name);
        var bicep = Settings(snapshot.All).Keys.Concat(optional).Where(ReadSettings.IsGlobal).Distinct();
        using var sampleFile = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(ProjectRoot.Path, "local.settings.sample.json"), TestContext.Current.CancellationToken));
        var sample = sampleFile.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name).Where(ReadSettings.IsGlobal);

        program.Count.ShouldBeGreaterThan(15);
        bicep.ShouldBe(program, ignoreOrder: true);
        sample.ShouldBe(program, ignoreOrder: true);
    }

    [Fact]
    public void Sample_Unchanged_IsValid()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(ProjectRoot.Path, "local.settings.sample.json")));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject().Select(value => KeyValuePair.Create(value.Name.Replace("__", ":", StringComparison.Ordinal), value.Value.GetString()));

        var settings = CochinSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());

        settings.Tasks.Of<BackupSettings>().Extensions.ShouldBe(new BackupSettings().Extensions);
        settings.Tasks.Of<TempSettings>().ShouldBe(new TempSettings());
        settings.Names.ShouldBe(new StorageNames { AuditContainer = "cochin" });
    }

    private static readonly Regex OfOtherPlans = new("^(?:WEBSITE_|FUNCTIONS_|SCM_|ENABLE_ORYX)");

    private static IEnumerable<JsonElement> Of(IEnumerable<JsonElement> resources, string type) => resources.Where(resource => Type(resource) == type);

    private static string Type(JsonElement resource) => resource.GetProperty("type").GetString()!;

    private static string Name(JsonElement resource) => resource.GetProperty("name").GetString()!;

    private static string Id(JsonElement resource) => resource.GetProperty("id").GetString()!;

    private static Dictionary<string, string> Settings(IEnumerable<JsonElement> resources) =>
        Of(resources, "Microsoft.Web/sites/config").Single().GetProperty("properties").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);

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
