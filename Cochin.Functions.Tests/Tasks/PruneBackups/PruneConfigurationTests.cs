using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.PruneBackups;
using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>What the table of the configurations means for pruning.</summary>
public sealed class PruneConfigurationTests(AzuriteServer server) : PruneTest(server)
{
    [Fact]
    public async Task RetentionDays_OfConfigurations_AreRulesOfTheirBackups()
    {
        Settings = Settings with { FromConfigurations = true };
        await ConfigureAsync("prod", ("RetentionDays", 5L));
        await ConfigureAsync("odd", ("RetentionDays", "a week"));
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 4);
        await AddBackupAsync("3", 6);
        await AddBackupAsync("4", 400, ("Configuration", "odd"));
        await AddBackupAsync("5", 500, ("Configuration", "odd"));
        await AddBackupAsync("6", 500, ("Configuration", "none"));
        await AddBackupAsync("7", 600, ("Configuration", "none"));

        var result = await RunAsync(new PruneBackupsOptions());

        Counts(result).ShouldBe("examined=7 kept=6 pruned=1");
        (ReasonOf("2"), ReasonOf("3"), ReasonOf("5"), ReasonOf("7")).ShouldBe(("keep within", "prune policy", "keep unreadable", "keep noRule"));
        result.Warnings.ShouldContain(
            "The configuration 'odd' has the RetentionDays 'a week', which is not a whole number of days. Correct it in the Django application.");
    }

    [Theory]
    [InlineData("full", 3, "keep overdue")]
    [InlineData(" Full", 3, "keep overdue")]
    [InlineData("full", 1, "prune policy")]
    [InlineData(null, 3, "prune policy")]
    [InlineData(5, 1, "keep overdue")]
    public async Task BackupType_OfTheConfiguration_MustNotBeOverdue(object? type, double days, string expected)
    {
        await ConfigureAsync("prod", ("Frequency", "daily"), ("BackupType", type));
        await AddBackupAsync("1", 0.1, ("Type", "metadata"));
        await AddBackupAsync("2", days, ("Type", "FULL"));
        await AddBackupAsync("3", 4, ("Type", "full"));

        var result = await RunAsync();

        ReasonOf("3").ShouldBe(expected);
        result.Warnings.Any(warning => warning.Contains("its newest good backup of the type 'full' is too old", StringComparison.Ordinal))
            .ShouldBe(expected == "keep overdue" && type is string);
    }

    [Fact]
    public async Task BackupType_OfTwoRowsOfOneConfiguration_IsUnknown()
    {
        await ConfigureAsync("prod", ("Frequency", "daily"), ("BackupType", "full"));
        await AddRowAsync(Storage.Configurations, "configuration", "=70rod", [("Name", "prod"), ("Frequency", "daily"), ("BackupType", "data")]);
        await AddBackupAsync("1", 0.5, ("Type", "full"));
        await AddBackupAsync("2", 2, ("Type", "full"));

        var result = await RunAsync();

        ReasonOf("2").ShouldBe("keep unreadable");
        result.Warnings.ShouldContain(warning => warning.Contains("has the BackupTypes 'data' and 'full'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Table_OfConfigurations_LostSinceARun_StopsPruning()
    {
        await ConfigureAsync("prod", ("Frequency", "daily"));
        await AddBackupAsync("1", 0.5);
        await RunAsync();
        await Storage.Configurations.DeleteAsync(Cancellation);
        await AddBackupAsync("2", 2);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldContain("Nothing was pruned.");
    }

    [Fact]
    public async Task Table_OfConfigurations_EmptiedSinceARun_StopsPruning()
    {
        await ConfigureAsync("prod", ("RetentionDays", 365L));
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        Settings = Settings with { FromConfigurations = true };
        Counts(await RunAsync()).ShouldBe("examined=2 kept=2");
        await Storage.Configurations.DeleteEntityAsync("configuration", "prod", cancellationToken: Cancellation);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Failed);
        result.Error!.ShouldContain("has no configurations, although earlier runs read some. Nothing was pruned.");
        (await BlobNamesAsync()).Length.ShouldBe(2);
        await Storage.System.DeleteBlobAsync(
            $"seen/{Storage.Backups.Name}/{Storage.Configurations.Name}", cancellationToken: Cancellation);
        Counts(await RunAsync()).ShouldBe("examined=2 kept=1 pruned=1", "the message says how to go on");
    }

    [Fact]
    public async Task Table_OfConfigurations_AlwaysEmpty_IsNoProblem()
    {
        await Storage.Configurations.CreateIfNotExistsAsync(Cancellation);
        await AddBackupAsync("1", 1);

        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
        (await RunAsync()).Outcome.ShouldBe(Outcome.Completed);
    }

    [Fact]
    public async Task Configurations_UnderAnotherKeyOrMissing_AreReported()
    {
        Settings = Settings with { FromConfigurations = true };
        await ConfigureAsync("other", ("RetentionDays", 365L));
        await AddRowAsync(Storage.Configurations, "Configuration", "prod", [("RetentionDays", 365L)]);
        await AddBackupAsync("1", 1);

        var result = await RunAsync();

        result.Warnings.ShouldContain(
            "The rows of the configurations table with the PartitionKey 'Configuration' are ignored. Write them with the PartitionKey 'configuration'.");
        result.Warnings.ShouldContain(warning => warning.StartsWith("No RetentionDays apply to the backups of 'prod'", StringComparison.Ordinal));
    }
}
