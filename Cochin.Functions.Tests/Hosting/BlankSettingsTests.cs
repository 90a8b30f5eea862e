using Cochin.Functions.Hosting;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>A blank setting, as in a compose file with an unset variable, counts as not set.</summary>
public sealed class BlankSettingsTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void Read_BlankExpectedAge_LeavesTheGeneralOne(string blank)
    {
        var watch = Read(("Cochin:Backups:ExpectedHours", "26"), ("Cochin:Backups:Expected:main", blank), ("Cochin:Backups:Expected:weekly", "200")).Watch;

        watch.BackupsExpectedOf.Keys.ShouldBe(["weekly"]);
        watch.Ages.Of("main", BackupConfigurations.None).ShouldBe(TimeSpan.FromHours(26));
    }

    [Fact]
    public void Read_BlankJob_DoesNotExist() =>
        Read(("Cochin:Jobs:nightly:Task", ""), ("Cochin:Jobs:nightly:Schedule", ""), ("Cochin:Jobs:nightly:Options:Areas", " "))
            .Jobs.Find("nightly").ShouldBeNull();

    [Fact]
    public void Read_BlankOption_IsNoConflict() =>
        Read(("Cochin:Jobs:cleanup_stuck_operations:Options:Hours", ""), ("Cochin:Jobs:cleanup_stuck_operations:Options:Minutes", "90"))
            .Jobs.Find("cleanup_stuck_operations")!.Options.ShouldBe(new CleanupStuckOperationsOptions { Limit = TimeSpan.FromMinutes(90) });

    [Fact]
    public void Read_BlankStorage_UsesTheOther()
    {
        Read(("CochinStorage", ""), ("CochinStorage:blobServiceUri", ""), ("CochinStorage:clientId", " ")).Connection.ShouldBeNull();
        Read(("CochinStorage", "UseDevelopmentStorage=true"), ("CochinStorage:clientId", "")).Connection.ShouldNotBeNull();
        Read(("CochinStorage:blobServiceUri", ""), ("AzureWebJobsStorage", "UseDevelopmentStorage=true")).Connection.ShouldNotBeNull();
    }

    private static CochinSettings Read(params (string Key, string Value)[] settings) => CochinSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build());
}
