using Cochin.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Hosting;

public sealed class CloudSettingsTests
{
    private const string Reference = "@Microsoft.KeyVault(SecretUri=https://vault.vault.azure.net/secrets/discord-webhook/)";

    private static readonly (string Key, string Value)[] Required =
    [
        ("WEBSITE_SITE_NAME", "func-cochin"),
        ("AzureWebJobsStorage:accountName", "hostaccount"),
        ("CochinStorage:blobServiceUri", "https://data.blob.core.windows.net"),
        ("CochinStorage:tableServiceUri", "https://data.table.core.windows.net"),
        ("CochinStorage:credential", "managedidentity"),
        ("CochinStorage:clientId", "01234567-89ab-cdef-0123-456789abcdef"),
        ("APPLICATIONINSIGHTS_CONNECTION_STRING", "InstrumentationKey=00000000-0000-0000-0000-000000000000"),
    ];

    [Fact]
    public void Read_InAzureWithAllRequiredSettings_HasAConnection() =>
        CochinSettings.Read(Configuration(Required), needsStorage: true).Connection.ShouldNotBeNull();

    [Theory]
    [InlineData("WEBSITE_SITE_NAME")]
    [InlineData("WEBSITE_INSTANCE_ID")]
    public void Read_InAzureWithTheHostsStorageOnly_ReportsAllMissingSettings(string mark) =>
        Problems((mark, "x"), ("AzureWebJobsStorage", "UseDevelopmentStorage=true")).ShouldBe(
            ["APPLICATIONINSIGHTS_CONNECTION_STRING", "CochinStorage__blobServiceUri", "CochinStorage__tableServiceUri"], ignoreOrder: true);

    [Fact]
    public void Read_UnderTheCoreTools_UsesTheHostsStorage() =>
        CochinSettings.Read(
            Configuration(
                ("WEBSITE_SITE_NAME", "x"), ("AZURE_FUNCTIONS_ENVIRONMENT", "Development"), ("AzureWebJobsStorage", "UseDevelopmentStorage=true")),
            needsStorage: true)
            .Connection.ShouldNotBeNull();

    [Fact]
    public void Read_WorkerWithoutStorage_ReportsItWithTheOtherProblems()
    {
        Problems(("Cochin:TimeZone", "Mars/Phobos")).ShouldBe(["Cochin__TimeZone", "CochinStorage"], ignoreOrder: true);
        CochinSettings.Read(Configuration()).Connection.ShouldBeNull("a command uses the embedded storage");
    }

    [Theory]
    [InlineData("CochinStorage:clientId", "my-identity")]
    [InlineData("CochinStorage:clientId", "")]
    public void Read_ClientId_MustBeAGuidIfSet(string key, string value) =>
        Problems([.. Required.Where(setting => setting.Key != key), (key, value)]).ShouldBe(value is "" ? [] : ["CochinStorage__clientId"]);

    [Fact]
    public void Read_UnknownCredentialType_IsReported() =>
        Problems([.. Required.Where(setting => setting.Key != "CochinStorage:credential"), ("CochinStorage:credential", "magic")])
            .ShouldBe(["CochinStorage__credential"]);

    [Theory]
    [InlineData("Cochin:Discord:WebhookUrl")]
    [InlineData("Cochin:Devis:CatchUpDays")]
    [InlineData("CochinStorage:blobServiceUri")]
    [InlineData("CochinStorage:clientId")]
    [InlineData("CochinStorage")]
    [InlineData("APPLICATIONINSIGHTS_CONNECTION_STRING")]
    public void Read_UnresolvedReference_IsReportedOnceWithTheRole(string key)
    {
        var configuration = Configuration([.. Required.Where(setting => setting.Key != key), (key, Reference)]);

        var problem = Should.Throw<SettingsException>(() => CochinSettings.Read(configuration, needsStorage: true)).Problems.ShouldHaveSingleItem();

        problem.Setting.ShouldBe(key.Replace(":", "__", StringComparison.Ordinal));
        problem.Message.ShouldContain("Key Vault");
        problem.Hint.ShouldContain("Key Vault Secrets User");
    }

    private static string[] Problems(params (string Key, string Value)[] values)
    {
        try
        {
            CochinSettings.Read(Configuration(values), needsStorage: true);
            return [];
        }
        catch (SettingsException e)
        {
            return [.. e.Problems.Select(problem => problem.Setting)];
        }
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key, (string?)value.Value))).Build();
}
