using System.Text.Json;

namespace Cochin.Functions.Tests.Cli;

/// <summary><c>simulate</c> uses the settings only, never the storage.</summary>
public sealed class SimulateVerbTests
{
    // Nothing listens there: a command that used the storage would take seconds and exit with 1.
    private static readonly KeyValuePair<string, string>[] NoStorage =
        [new(
            "CochinStorage",
            "DefaultEndpointsProtocol=http;AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=http://127.0.0.1:1/a;TableEndpoint=http://127.0.0.1:1/a;")];

    [Fact]
    public async Task Simulate_SpringClockChange_ShowsTheSkippedHour()
    {
        var result = await RunAsync("--from 2026-03-29 --to 2026-03-29T05:00");

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldBeEmpty();
        Rows(result.Output).ShouldBe(
        [
            "due UTC job result clock",
            "Sun 2026-03-29 00:00 +01:00 2026-03-28 23:00Z cleanup_stuck_operations runs",
            "Sun 2026-03-29 03:00 +02:00 2026-03-29 01:00Z cleanup_temp_files runs shifted: its hour does not exist",
            "Sun 2026-03-29 03:00 +02:00 2026-03-29 01:00Z rebuild_backup_paths runs",
            "Sun 2026-03-29 04:00 +02:00 2026-03-29 02:00Z verify_backups runs",
        ]);
    }

    [Fact]
    public async Task Simulate_AutumnClockChange_RunsTheFirstOfTwo()
    {
        var occurrences = await OccurrencesAsync("cleanup_temp_files --from 2026-10-25 --to 2026-10-26");

        var occurrence = occurrences.Single();
        occurrence.GetProperty("due").GetString().ShouldBe("2026-10-25T00:00:00Z");
        occurrence.GetProperty("wallTime").GetString().ShouldBe("2026-10-25T02:00:00+02:00");
        occurrence.GetProperty("clock").GetString().ShouldBe("FirstOfTwo");
    }

    [Fact]
    public async Task Simulate_WithOutages_ShowsTheResultOfEachOccurrence()
    {
        const string Line = "rebuild_backup_paths cleanup_temp_files --from 2026-06-06 --to 2026-06-10 "
            + "--outage 2026-06-07T01:00..2026-06-08T12:00 --outage 2026-06-09T01:00..2026-06-10T21:59";

        var occurrences = await OccurrencesAsync(Line);
        var text = (await RunAsync(Line)).Output;

        occurrences.Select(occurrence => string.Join(' ', new[] { "due", "job", "fate" }.Select(name => occurrence.GetProperty(name).GetString()))).ShouldBe(
        [
            "2026-06-06T00:00:00Z cleanup_temp_files Runs",
            "2026-06-07T00:00:00Z cleanup_temp_files Superseded",
            "2026-06-07T01:00:00Z rebuild_backup_paths Missed",
            "2026-06-08T00:00:00Z cleanup_temp_files MadeUp",
            "2026-06-09T00:00:00Z cleanup_temp_files Superseded",
        ]);
        text.ShouldContain("superseded by Mon 2026-06-08 02:00");
        text.ShouldContain("Skipped (Missed): 1 d 9 h late, outside the catch-up window of 6 h");
        text.ShouldContain("runs at Mon 2026-06-08 12:00, 10 h late");
        text.ShouldContain("5 due: 1 run on time, 1 run late, 2 superseded, 1 missed.");
    }

    [Fact]
    public async Task Simulate_WithSettingsAndZone_UsesThem()
    {
        var occurrences = await OccurrencesAsync(
            "check_devis_notifications cleanup_temp_files --from 2026-06-06 --to 2026-06-07 --zone Asia/Kathmandu --tick 1s "
            + "--set Cochin__Jobs__cleanup_temp_files__Enabled=false "
            + "--set Cochin__Jobs__check_devis_notifications__Schedule=5\u00a07\u00a09\u00a0*\u00a0*\u00a0*");

        occurrences.Select(occurrence =>
            $"{occurrence.GetProperty("wallTime").GetString()} {occurrence.GetProperty("fate").GetString()} "
            + $"{occurrence.GetProperty("lateSeconds").GetDouble()}")
            .ShouldBe(
            ["2026-06-06T02:00:00+05:45 Disabled 0", "2026-06-06T09:07:05+05:45 Runs 0"]);
    }

    [Fact]
    public async Task Simulate_TooManyOccurrences_IsRefused()
    {
        var result = await RunAsync(
            "--from 2026-03-28 --to 2026-04-28 --json --set Cochin__Jobs__cleanup_temp_files__Schedule=*\u00a0*\u00a0*\u00a0*\u00a0*\u00a0*");

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("code").GetString().ShouldBe("too_long");
        result.Error.GetProperty("message").GetString()!.ShouldContain("10,000");
    }

    [Theory]
    [InlineData("--from 2026-03-28", "'--to' is required")]
    [InlineData("--from 28.3.2026 --to 2026-04-01", "'28.3.2026' is not a valid time for --from")]
    [InlineData("--from 2026-03-28 --to 2026-02-30", "'2026-02-30' is not a valid time for --to")]
    [InlineData("--from 0001-01-01 --to 2026-02-28", "'0001-01-01' is not a valid time")]
    [InlineData("--from 2026-03-28 --to 2026-03-27", "2026-03-27 is before 2026-03-28")]
    [InlineData("--from 2026-03-28 --to 2026-03-28", "is empty")]
    [InlineData("--from 2026-03-28 --to 2027-06-01", "430 days")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --outage 2026-03-29", "'2026-03-29' is not a valid value for --outage")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --outage 2026-03-29..noon", "'noon' is not a valid time for --outage")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --outage 2026-03-30..2026-03-29", "2026-03-29 is before 2026-03-30")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --outage 2026-03-27..2026-03-29", "does not begin between")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --tick 0s", "'0s' is not a valid time span")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --tick 2d", "'2d' is not a valid time span")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --zone Europe/Prais", "Did you mean 'Europe/Paris'?")]
    [InlineData("--from 2026-03-28 --to 2026-04-01 --zone kathmandu", "Did you mean 'Asia/Kathmandu'?")]
    [InlineData("clean --from 2026-03-28 --to 2026-04-01", "There is no job 'clean'")]
    public async Task Simulate_InvalidArguments_AreReported(string line, string message)
    {
        var result = await RunAsync(line + " --json");

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("message").GetString()!.ShouldContain(message);
        result.Error.GetProperty("hint").GetString().ShouldNotBeNullOrWhiteSpace();
    }

    private static async Task<JsonElement[]> OccurrencesAsync(string line) =>
        [.. (await RunAsync(line + " --json")).Json.GetProperty("occurrences").EnumerateArray()];

    // A no-break space stands for a space within an argument.
    private static Task<CommandResult> RunAsync(string line) =>
        CochinCommand.RunAsync(NoStorage, ["simulate", .. line.Split(' ').Select(word => word.Replace('\u00a0', ' '))]);

    private static string[] Rows(string table) =>
        [
            .. table.Split('\n')
                .TakeWhile(row => !row.Contains(" due: ", StringComparison.Ordinal))
                .Select(row => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries))),
        ];
}
