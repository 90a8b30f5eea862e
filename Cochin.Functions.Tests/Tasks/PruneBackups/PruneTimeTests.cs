using Cochin.Functions.Tests.Azurite;
using Outcome = Cochin.Functions.Tasks.Outcome;

namespace Cochin.Functions.Tests.Tasks.PruneBackups;

/// <summary>Times in rows that programs write if they know none.</summary>
public sealed class PruneTimeTests(AzuriteServer server) : PruneTest(server)
{
    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("1601-01-01T00:00:00Z")]
    [InlineData("1970-01-01T00:00:00Z")]
    [InlineData("1980-01-01T00:00:00Z")]
    public async Task Newest_WithAPlaceholderTime_IsKeptAndNamed(string placeholder)
    {
        await AddBackupAsync("1", 1, ("CompletedAt", placeholder));
        await AddBackupAsync("2", 2, ("CompletedAt", null), ("CreatedAt", placeholder));
        await AddBackupAsync("3", 3);
        await AddBackupAsync("4", 4);

        var result = await RunAsync();

        result.Outcome.ShouldBe(Outcome.Partial);
        Counts(result).ShouldBe("examined=4 kept=1 pruned=1 failed=2");
        (await StatusAsync("1"), await StatusAsync("2")).ShouldBe(("completed", "completed"));
        result.Warnings.ShouldContain(
            $"backup/1 has the CompletedAt {placeholder.Replace('T', ' ')}, which can't be the time of a backup, so it was kept. "
            + "Correct it in the Django application.");
        result.Warnings.ShouldContain(warning => warning.StartsWith("backup/2 has the CreatedAt ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public async Task CreatedAt_AtTheEndOfTheCalendar_DoesNotStopTheRun(string created)
    {
        await AddBackupAsync("1", 1);
        await AddBackupAsync("2", 2);
        await AddBackupAsync("3", 3, ("CreatedAt", created));

        await RunAsync();

        (await StatusAsync("2")).ShouldBe("pruned");
    }
}
