using Cochin.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The resources that would be deployed, according to `bicep snapshot`.</summary>
[Collection<SharedMainSnapshot>]
public sealed class MainTests(MainSnapshot snapshot) : MainTest
{
    [Fact]
    public void Bicep_Compiled_GivesNoWarning() => snapshot.Compiled.Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("lint", "main.bicep")]
    [InlineData("build-params", "main.bicepparam", "--stdout")]
    public async Task Bicep_OfTheWholeFolder_GivesNoWarning(params string[] command) =>
        (await BicepCli.RunAsync(InfraFolder.Path, command)).Errors.ShouldBeEmpty();

    [Fact]
    public void Backups_Always_CanBeRestored()
    {
        var blobs = Of(snapshot.Default, "Microsoft.Storage/storageAccounts/blobServices")
            .Single(service => !Name(service).StartsWith("stcochinhost", StringComparison.Ordinal))
            .GetProperty("properties");

        blobs.GetProperty("isVersioningEnabled").GetBoolean().ShouldBeTrue();
        blobs.GetProperty("deleteRetentionPolicy").GetProperty("days").GetInt32().ShouldBe(30);
        blobs.GetProperty("containerDeleteRetentionPolicy").GetProperty("enabled").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Lifecycle_Always_DeletesVersionsAndNeverABackupItself()
    {
        var policy = Of(snapshot.All, "Microsoft.Storage/storageAccounts/managementPolicies").Single();
        foreach (var rule in policy.GetProperty("properties").GetProperty("policy").GetProperty("rules").EnumerateArray())
        {
            var definition = rule.GetProperty("definition");
            var isAudit = definition.GetProperty("filters").GetProperty("prefixMatch").EnumerateArray()
                .All(prefix => prefix.GetString()!.Contains("/audit/", StringComparison.Ordinal));
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
        var storage = properties.GetProperty("functionAppConfig").GetProperty("deployment").GetProperty("storage");
        storage.GetProperty("authentication").GetProperty("type").GetString().ShouldBe("UserAssignedIdentity");
        site.GetProperty("tags").GetProperty("azd-service-name").GetString().ShouldBe("maintenance");
        Of(snapshot.Default, "Microsoft.Web/sites/basicPublishingCredentialsPolicies")
            .Count(policy => !policy.GetProperty("properties").GetProperty("allow").GetBoolean())
            .ShouldBe(2);
        Of(snapshot.Default, "Microsoft.Insights/components").Single().GetProperty("properties").GetProperty("DisableLocalAuth").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Redeployment_WithoutTheWebhookUrl_KeepsTheSecretAndTheReference()
    {
        Of(snapshot.Redeployed, "Microsoft.KeyVault/vaults/secrets")
            .ShouldAllBe(secret => secret.GetProperty("condition").GetString()!.Contains("not(empty(parameters('", StringComparison.Ordinal));
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
    public void Alerts_EachJob_HasOneWithALimitAboveItsPeriod()
    {
        var catalogue = CochinSettings.Read(new ConfigurationBuilder().Build()).Jobs;

        var rules = Of(snapshot.Default, "Microsoft.Insights/scheduledQueryRules")
            .Select(Name)
            .Where(name => name.StartsWith("cochin-no-success-", StringComparison.Ordinal));

        rules.Select(name => name["cochin-no-success-".Length..name.LastIndexOf('-')]).ShouldBe(catalogue.Jobs.Select(job => job.Name), ignoreOrder: true);
    }

    [Fact]
    public void Alerts_JobThatPrunes_HasOneOnceARuleIsSet()
    {
        Of(snapshot.Default, "Microsoft.Insights/scheduledQueryRules")
            .Select(Name)
            .ShouldNotContain(name => name.Contains("prune_backups", StringComparison.Ordinal));
        Of(snapshot.All, "Microsoft.Insights/scheduledQueryRules")
            .Select(Name)
            .ShouldContain(name => name.StartsWith("cochin-no-success-prune_backups-", StringComparison.Ordinal));
        Settings(snapshot.All)["Cochin__Retention__KeepLast"].ShouldBe("7");
    }

    [Fact]
    public void Alerts_RetentionSwitchedOff_HasNoneForTheJobThatPrunes() =>
        Of(snapshot.Adjusted, "Microsoft.Insights/scheduledQueryRules")
            .Select(Name)
            .ShouldNotContain(name => name.Contains("prune_backups", StringComparison.Ordinal));

    [Fact]
    public void Alerts_DefaultJobAmongTheFurtherJobs_HasOneWithTheNewLimit() =>
        Of(snapshot.Adjusted, "Microsoft.Insights/scheduledQueryRules")
            .Where(rule => Name(rule).StartsWith("cochin-no-success-verify_backups-", StringComparison.Ordinal))
            .ShouldHaveSingleItem()
            .GetProperty("properties").GetProperty("description").GetString()!.ShouldContain("180 hours");

    [Fact]
    public void Alerts_FurtherJob_HasOneToo()
    {
        var rules = Of(snapshot.All, "Microsoft.Insights/scheduledQueryRules")
            .Where(rule => Name(rule).StartsWith("cochin-no-success-uploads_hourly-", StringComparison.Ordinal));

        rules.ShouldHaveSingleItem().GetProperty("properties").GetProperty("description").GetString()!.ShouldContain("3 hours");
    }
}
