using System.Text.Json;
using System.Text.RegularExpressions;
using Cochin.Functions.Hosting;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;
using Cochin.Functions.Tasks.Operations;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The settings of the app that would be deployed, compared with those that the program reads and those in the sample.</summary>
[Collection<SharedMainSnapshot>]
public sealed class MainSettingsTests(MainSnapshot snapshot) : MainTest
{
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
    public void TemporaryAreas_AsSet_AreUsedForSettingsAndLifecycleButNeverBackups()
    {
        Settings(snapshot.Default)["Cochin__Temp__Areas"].ShouldBe("temp/ restore_temp/ uploads/");
        Settings(snapshot.All)["Cochin__Temp__Areas"].ShouldBe("cache work/import/ storage/", "the program refuses that");
        Prefixes(snapshot.Default).ShouldBe(["backups/temp/", "backups/restore_temp/", "backups/uploads/", "cochin/locks/", "cochin/status/"]);
        Prefixes(snapshot.All).ShouldBe(["backups/cache/", "backups/work/import/", "cochin/locks/", "cochin/status/"]);

        static IEnumerable<string?> Prefixes(IEnumerable<JsonElement> resources) =>
            Of(resources, "Microsoft.Storage/storageAccounts/managementPolicies").Single()
                .GetProperty("properties").GetProperty("policy").GetProperty("rules").EnumerateArray()
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
        var optional = compiled.RootElement.GetProperty("definitions").GetProperty("programSettings").GetProperty("properties")
            .EnumerateObject()
            .Select(property => property.Name);
        var bicep = Settings(snapshot.All).Keys.Concat(optional).Where(ReadSettings.IsGlobal).Distinct();
        var samplePath = Path.Combine(ProjectRoot.Path, "local.settings.sample.json");
        using var sampleFile = JsonDocument.Parse(await File.ReadAllTextAsync(samplePath, TestContext.Current.CancellationToken));
        var sample = sampleFile.RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name).Where(ReadSettings.IsGlobal);

        program.Count.ShouldBeGreaterThan(15);
        bicep.ShouldBe(program, ignoreOrder: true);
        sample.ShouldBe(program, ignoreOrder: true);
    }

    [Fact]
    public void Sample_Unchanged_IsValid()
    {
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(ProjectRoot.Path, "local.settings.sample.json")));
        var values = sample.RootElement.GetProperty("Values").EnumerateObject()
            .Select(value => KeyValuePair.Create(value.Name.Replace("__", ":", StringComparison.Ordinal), value.Value.GetString()));

        var settings = CochinSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());

        settings.Tasks.Of<BackupSettings>().Extensions.ShouldBe(new BackupSettings().Extensions);
        settings.Tasks.Of<TempSettings>().ShouldBe(new TempSettings());
        settings.Names.ShouldBe(new StorageNames { AuditContainer = "cochin" });
    }

    private static readonly Regex OfOtherPlans = new("^(?:WEBSITE_|FUNCTIONS_|SCM_|ENABLE_ORYX)");
}
