using Cochin.Functions.Hosting;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>Settings that nothing reads: each is reported with a suggestion, so that none is silently ignored.</summary>
public sealed class UnreadSettingsTests : IDisposable
{
    private const string Secret = "c2VjcmV0LXNlY3JldA";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-settings");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("Cochin__Temp__Areas__0", "Cochin__Temp__Areas")]
    [InlineData("Cochin__Temp__Aeras", "Cochin__Temp__Areas")]
    [InlineData("COCHIN__TEMP__AERAS", "Cochin__Temp__Areas")]
    [InlineData("Cochin__Temp", "Cochin__Temp__Areas")]
    [InlineData("Cochin__TimeZone__Name", "Cochin__TimeZone")]
    [InlineData("Cochin__Backups__ExpectedHour", "Cochin__Backups__ExpectedHours")]
    [InlineData("Cochin__Backups__Expected", "Cochin__Backups__ExpectedHours")]
    [InlineData("Cochin__Watch__GraceMinutes", "Cochin__Backups__GraceMinutes")]
    [InlineData("Cochin__Jobs__cleanup_temp_files__Enable", "Cochin__Jobs__cleanup_temp_files__Enabled")]
    [InlineData("Cochin__Jobs__cleanup_temp_files__AgeHours", "Cochin__Jobs__cleanup_temp_files__Options__AgeHours")]
    [InlineData("Cochin__Jobs__cleanup_temp_files__Options", "Cochin__Jobs__cleanup_temp_files__Options__Areas")]
    [InlineData("Cochin__Jobs__cleanup_temp_files__Options__AgeHours__0", "Cochin__Jobs__cleanup_temp_files__Options__AgeHours")]
    [InlineData("Cochin__Jobs__cleanup_temp_files__Schedule__0", "Cochin__Jobs__cleanup_temp_files__Schedule")]
    [InlineData("CochinStorag", "CochinStorage")]
    [InlineData("Cochin_Temp_Areas", "Cochin__Temp__Areas")]
    [InlineData("CochinTimeZone", "Cochin__TimeZone")]
    [InlineData("Cochin__DiscordWebhookUrl", "Cochin__Discord__WebhookUrl")]
    public void Read_UnknownSetting_IsReportedWithASuggestion(string name, string known)
    {
        var problem = Problems((name, Secret)).ShouldHaveSingleItem();

        problem.Setting.ShouldBe(name);
        problem.Message.ShouldBe($"Nothing reads this setting. Did you mean '{known}'?");
        problem.ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("Cochin__Retention__KeepHourly")]
    [InlineData("Cochin__Jobs")]
    [InlineData("Cochin")]
    public void Read_UnknownSetting_IsReported(string name) => Problems((name, "1")).ShouldHaveSingleItem().Setting.ShouldBe(name);

    [Fact]
    public void Read_UnknownSettingWithoutAValue_IsReported() =>
        Problems(("Cochin__Discord__WebHook", "")).ShouldHaveSingleItem().Setting.ShouldBe("Cochin__Discord__WebHook");

    [Fact]
    public void Read_ConfigurationWithASeparatorInItsName_IsReported() =>
        Problems(("Cochin__Backups__Expected__a__b", "26")).ShouldHaveSingleItem().Setting.ShouldBe("Cochin__Backups__Expected__a__b");

    [Theory]
    [InlineData("CochinStorage__blobServiceUrl", "CochinStorage__blobServiceUri")]
    [InlineData("CochinStorage__clientID__0", "CochinStorage__clientId")]
    [InlineData("CochinStorage__tenantIds", "CochinStorage__tenantId")]
    public void Read_UnknownStorageSetting_IsReported(string name, string known) => Problems(
        ("CochinStorage__blobServiceUri", "https://x.blob.core.windows.net"),
        ("CochinStorage__tableServiceUri", "https://x.table.core.windows.net"), (name, Secret))
        .ShouldHaveSingleItem().Message.ShouldContain($"'{known}'");

    [Theory]
    [InlineData("clientId", "x", "CochinStorage__clientId")]
    [InlineData("credential", "password", "CochinStorage__credential")]
    public void Read_InvalidStorageCredential_IsTheOnlyProblem(string part, string value, string problem) => Problems(
        ("CochinStorage__blobServiceUri", "https://x.blob.core.windows.net"),
        ("CochinStorage__tableServiceUri", "https://x.table.core.windows.net"),
        ("CochinStorage__accountName", "x"), ("CochinStorage__tenantId", "01234567-89ab-cdef-0123-456789abcdef"), ($"CochinStorage__{part}", value))
        .ShouldHaveSingleItem().Setting.ShouldBe(problem);

    [Fact]
    public void Read_StorageByConnectionStringAndByParts_IsReported() =>
        Problems(("CochinStorage", "UseDevelopmentStorage=true"), ("CochinStorage__blobServiceUri", "https://x.blob.core.windows.net"))
            .ShouldHaveSingleItem().Setting.ShouldBe("CochinStorage__blobServiceUri");

    [Fact]
    public void Read_InvalidJobs_AreReportedOnceEachWithTheirOtherProblems() => Problems(
        ("Cochin__Jobs__nothing__Enabled", "true"), ("Cochin__Jobs__nothing__Sort", "x"),
        ("Cochin__Jobs__mine__Task", "make_coffee"), ("Cochin__Jobs__mine__Schedule", "0 0 4 * * *"), ("Cochin__Jobs__mine__Enable", "true"),
        ("Cochin__Jobs__mine__CatchUpHours", "3"), ("Cochin__Jobs__mine__PingUrl", "https://hc-ping.com/x"), ("Cochin__Jobs__mine__Options__Sugar", "2"),
        ("Cochin__Jobs__rebuild_backup_paths__Options__Color__0", "red")).Select(problem => problem.Setting).ShouldBe(
            ["Cochin__Jobs__nothing", "Cochin__Jobs__mine__Task", "Cochin__Jobs__mine__Enable", "Cochin__Jobs__rebuild_backup_paths__Options__Color"],
            ignoreOrder: true);

    [Theory]
    [InlineData("COCHIN_ROOT")]
    [InlineData("COCHIN_PORT_80_TCP")]
    [InlineData("OTEL_SERVICE_NAME")]
    [InlineData("AzureWebJobs.watch.Disable")]
    public void Read_SettingOfAnotherProgram_IsIgnored(string name) => Read((name, "x")).ShouldNotBeNull();

    [Theory]
    [InlineData("""{"values": {"Cochin__TimeZone": "Etc/UTC"}}""", "Did you mean 'Values'?")]
    [InlineData("""{"IsEncrypted": false, "Host": {}, "Cochin__TimeZone": "Etc/UTC"}""", "'Cochin__TimeZone' is outside Values")]
    [InlineData("""{"Cochin": {"TimeZone": "Etc/UTC"}, "Values": {}}""", "'Cochin' is outside Values")]
    [InlineData("""{"AzureWebJobsStorage": "UseDevelopmentStorage=true"}""", "'AzureWebJobsStorage' is outside Values")]
    public void LocalSettings_OutsideValues_AreReported(string file, string message)
    {
        var problem = ProblemsOfFile(file).ShouldHaveSingleItem();

        problem.Setting.ShouldBe("local.settings.json");
        problem.Message.ShouldContain(message);
    }

    [Fact]
    public void LocalSettings_SeveralMistakes_AreReportedAtOnce() =>
        ProblemsOfFile(
            """{"values": {}, "Cochin__TimeZone": "x", "Values": {"Cochin": {"Temp": 1}, "Cochin__Temp__Aeras": null, "Cochin__History__Days": "0"}}""")
            .Select(problem => problem.Setting).ShouldBe(
                ["local.settings.json", "local.settings.json", "Cochin", "Cochin__Temp__Aeras", "Cochin__History__Days"], ignoreOrder: true);

    [Fact]
    public void LocalSettings_OneSettingInTwoSpellings_IsReported() =>
        ProblemsOfFile("""{"Values": {"Cochin__TimeZone": "Etc/UTC", "cochin:timezone": "Europe/Paris"}}""")
            .ShouldHaveSingleItem().Message.ShouldContain("twice");

    [Fact]
    public void Overrides_OneSettingTwice_LastOneCounts() =>
        ConfigurationSources
            .Build(folder.FullName, [new("Cochin__TimeZone", "Etc/UTC"), new("Cochin:TimeZone", "Europe/Paris")])["Cochin:TimeZone"].ShouldBe("Europe/Paris");

    [Fact]
    public void Sample_AllSettings_AreRead()
    {
        File.Copy(Path.Combine(ProjectRoot.Path, "local.settings.sample.json"), Path.Combine(folder.FullName, "local.settings.json"));

        CochinSettings.Read(ConfigurationSources.Build(folder.FullName, [])).ShouldNotBeNull();
    }

    private IReadOnlyList<SettingProblem> ProblemsOfFile(string content)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "local.settings.json"), content);
        return Should.Throw<SettingsException>(() => CochinSettings.Read(ConfigurationSources.Build(folder.FullName, []))).Problems;
    }

    private static IReadOnlyList<SettingProblem> Problems(params (string Key, string Value)[] values) =>
        Should.Throw<SettingsException>(() => Read(values)).Problems;

    private static CochinSettings Read(params (string Key, string Value)[] values) => CochinSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value)))
        .Build());
}
