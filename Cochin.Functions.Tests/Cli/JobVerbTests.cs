using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Auditing;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

/// <summary>The verbs <c>show status add remove history logs</c>.</summary>
public sealed class JobVerbTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly string[] Members = ["id", "name", "task", "schedule", "timeZone", "enabled", "nextRun", "lastOutcome", "lastRun"];

    [Theory]
    [InlineData("show")]
    [InlineData("status")]
    public async Task Jobs_NeverRun_AreListedWithTheirNextRunAndNulls(string verb)
    {
        var result = await RunAsync(verb, "--json");

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldBeEmpty();
        var jobs = result.Json.GetProperty("jobs").EnumerateArray().ToList();
        jobs.Select(job => job.GetProperty("name").GetString()).ShouldBe(
            [
                "check_devis_notifications", "cleanup_temp_files", "cleanup_temp_files_weekend", "cleanup_stuck_operations",
                "rebuild_backup_paths", "verify_backups",
            ]);
        foreach (var job in jobs)
        {
            job.EnumerateObject().Select(member => member.Name).Intersect(Members).ShouldBe(Members, ignoreOrder: true);
            job.GetProperty("id").GetString()!.ShouldMatch("^[0-9a-f]{8}$");
            job.GetProperty("timeZone").GetString().ShouldBe("Europe/Paris");
            job.GetProperty("nextRun").GetDateTimeOffset().ShouldBeGreaterThan(TimeProvider.System.GetUtcNow().AddMinutes(-1));
            job.GetProperty("nextRun").GetString()!.ShouldEndWith("Z");
            job.GetProperty("lastOutcome").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
            job.GetProperty("lastRun").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        }

        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse("reading creates nothing");
    }

    [Theory]
    [InlineData("show")]
    [InlineData("status")]
    public async Task Table_InAPipe_IsPlain(string verb)
    {
        var result = await RunAsync(verb);

        result.ExitCode.ShouldBe(0);
        result.Errors.ShouldBeEmpty();
        result.Output.ShouldNotContain("\u001b");
        result.Output.ShouldNotContain("│");
        result.Output.Split('\n').Count(line => line.Contains("cleanup_", StringComparison.Ordinal)).ShouldBe(3);
    }

    [Fact]
    public async Task Job_RemovedAndAdded_IsOffInBetween()
    {
        var id = (await RunAsync("show", "--json")).Json.GetProperty("jobs")[1].GetProperty("id").GetString()!;

        var removed = (await RunAsync("remove", id, "--for", "2h", "--reason", "moving é", "--json")).Json.GetProperty("jobs").EnumerateArray().Single();
        var skipped = await RunAsync("run", "cleanup_temp_files", "--json");
        var bare = await RunAsync("cleanup_temp_files", "--force", "--json");
        var added = (await RunAsync("add", id, "--json")).Json.GetProperty("jobs").EnumerateArray().Single();
        var ran = await RunAsync("run", id, "--json");

        removed.GetProperty("name").GetString().ShouldBe("cleanup_temp_files");
        removed.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        removed.GetProperty("disabledReason").GetString().ShouldBe("moving é");
        skipped.ExitCode.ShouldBe(0);
        skipped.Json.GetProperty("outcome").GetString().ShouldBe("Skipped");
        skipped.Json.GetProperty("reason").GetString().ShouldBe("Disabled");
        bare.Json.GetProperty("outcome").GetString().ShouldBe("Completed", "the task command is not a job");
        added.GetProperty("enabled").GetBoolean().ShouldBeTrue();
        ran.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
    }

    [Fact]
    public async Task Remove_WithForAJobThatIsOff_SaysThatItStaysOff()
    {
        await RunAsync("remove", "verify_backups");

        var result = await RunAsync("remove", "verify_backups", "rebuild_backup_paths", "--for", "2h");

        result.Output.ShouldContain("verify_backups is off and stays off: it was off before.");
        result.Output.ShouldContain("rebuild_backup_paths is off.");
    }

    [Fact]
    public async Task Remove_AllJobsWithFor_AreSwitchedOnAgain()
    {
        var removed = await RunAsync("remove", "--for", "15s", "--json");

        removed.Json.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("enabled").GetBoolean()).ShouldAllBe(enabled => !enabled);
        await Wait.UntilAsync(
            async () => (await RunAsync("status", "--json")).Json.GetProperty("jobs").EnumerateArray().All(job => job.GetProperty("enabled").GetBoolean()),
            Cancellation);
    }

    [Fact]
    public async Task History_OfJobAndTask_IsNewestFirst()
    {
        await RunAsync("run", "cleanup_temp_files_weekend");
        await RunAsync("cleanup_temp_files", "--auto");

        var all = (await RunAsync("history", "--json")).Json.GetProperty("runs");
        var weekend = (await RunAsync("history", "cleanup_temp_files_weekend", "--json")).Json.GetProperty("runs");
        var text = await RunAsync("history");

        all.EnumerateArray().Select(run => run.GetProperty("job").GetString()).ShouldBe(["cleanup_temp_files", "cleanup_temp_files_weekend"]);
        weekend.GetArrayLength().ShouldBe(1);
        weekend[0].GetProperty("outcome").GetString().ShouldBe("Completed");
        weekend[0].GetProperty("counts").GetProperty("scanned").GetInt64().ShouldBe(0);
        text.Output.ShouldContain("Completed");
    }

    [Fact]
    public async Task Logs_Verify_DetectsAForeignLine()
    {
        await UploadAsync("temp/old.tmp", TimeSpan.FromHours(30));
        await RunAsync("cleanup_temp_files", "--auto");
        var sound = await RunAsync("logs", "--verify");
        var blob = Storage.Audit.GetAppendBlobClient(AuditPart.FirstOf(TimeProvider.System.GetUtcNow()).BlobName);
        await blob.AppendBlockAsync(new MemoryStream("not an audit line\n"u8.ToArray()), cancellationToken: Cancellation);

        var damaged = await RunAsync("logs", "--verify", "--json");

        sound.ExitCode.ShouldBe(0);
        sound.Output.ShouldContain("is sound: 3 lines");
        damaged.ExitCode.ShouldBe(1);
        damaged.Json.GetProperty("sound").GetBoolean().ShouldBeFalse();
        damaged.Json.GetProperty("unreadable")[0].GetString().ShouldBe("not an audit line");
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(-3_600)]
    public async Task Logs_VerifySince_FindsAPlanFromBefore(int seconds)
    {
        var since = TimeProvider.System.GetUtcNow().AddHours(-1);
        await AppendAsync(Line(since.AddSeconds(seconds), "temp/a", "planned"), Line(since.AddMinutes(1), "temp/a", "deleted"));

        var result = await RunAsync("logs", "--verify", "--since", $"{since:yyyy-MM-dd'T'HH:mm:ss'Z'}");

        result.ExitCode.ShouldBe(0, result.Output);
    }

    [Fact]
    public async Task Logs_VerifySinceMidnight_UsesOnlyThePlansOfTheDayBefore()
    {
        var midnight = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date, TimeSpan.Zero);
        await AppendAsync(
            Line(midnight.AddHours(-2), "temp/yesterday", "deleted"),
            Line(midnight.AddHours(-1), "temp/a", "planned"),
            Line(midnight.AddHours(-1), "temp/open", "planned"),
            Line(midnight, "temp/a", "deleted"),
            Line(midnight, "temp/b", "deleted"));

        var result = await RunAsync("logs", "--verify", "--json", "--since", $"{midnight:yyyy-MM-dd'T'HH:mm:ss'Z'}");

        result.ExitCode.ShouldBe(1);
        result.Json.GetProperty("lines").GetInt64().ShouldBe(2);
        result.Json.GetProperty("unplanned").EnumerateArray().Select(line => line.GetProperty("target").GetString()).ShouldBe(["temp/b"]);
        result.Json.GetProperty("open").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Logs_AfterARun_ShowWhatWasDeleted()
    {
        await UploadAsync("temp/old é.txt", TimeSpan.FromHours(30));
        await RunAsync("cleanup_temp_files", "--force");

        var lines = (await RunAsync("logs", "--since", "1h", "--json")).Json.GetProperty("lines").EnumerateArray().ToList();
        var text = await RunAsync("logs");

        lines.ShouldContain(line => line.GetProperty("target").GetString() == "temp/old é.txt" && line.GetProperty("job").GetString() == "cleanup_temp_files");
        text.Output.ShouldContain("temp/old é.txt");
    }

    [Fact]
    public async Task Logs_SinceATimeWithoutAnOffset_IgnoreTheTimeZoneOfTheMachine()
    {
        var noon = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-2).AddHours(12), TimeSpan.Zero);
        await AppendAsync([.. Enumerable.Range(-12, 36).Select(hour => Line(noon.AddHours(hour), $"temp/{hour}", "planned"))]);

        var west = await LogsAsync("America/Los_Angeles");
        var east = await LogsAsync("Pacific/Auckland");

        west.ShouldBe(east);
        west.ShouldBeInRange(15, 33);

        async Task<int> LogsAsync(string zone) =>
            (await CochinProcess.RunAsync(
                [.. Settings, new("TZ", zone)], "logs", "--json", "--since", $"{noon:yyyy-MM-dd'T'HH:mm}")).Json.GetProperty("lines").GetArrayLength();
    }

    [Fact]
    public async Task Logs_AsText_AreInTheTimeZoneOfTheJobs()
    {
        var time = new DateTimeOffset(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-2).AddHours(22), TimeSpan.Zero);
        await AppendAsync([Line(time, "temp/a", "planned")]);

        var text = await CochinCommand.RunAsync([.. Settings, new("Cochin__TimeZone", "Asia/Kathmandu")], "logs", "--since", "4d");
        var json = await RunAsync("logs", "--since", "4d", "--json");

        text.Output.ShouldStartWith($"{time.AddDays(1):yyyy-MM-dd} 03:45:00 +05:45  cleanup_temp_files  delete  temp/a");
        json.Json.GetProperty("lines")[0].GetProperty("time").GetDateTimeOffset().ShouldBe(time);
    }

    [Fact]
    public async Task Logs_Followed_ShowNewLinesAndStopOnASignal()
    {
        using var following = Start("logs", "--follow", "--json");
        var line = following.OutputLineAsync();
        while (!line.IsCompleted)
        {
            await RunAsync("remove", "cleanup_temp_files"); // Lines written before it starts following are not shown.
        }

        var seen = await line;
        await following.SignalAsync("INT");
        var end = await following.EndAsync();

        seen.ShouldStartWith("{");
        seen.ShouldEndWith("}");
        end.ExitCode.ShouldBe(130);
    }

    private static AuditLine Line(DateTimeOffset time, string target, string result) => new(time, "run-1", "cleanup_temp_files", "delete", target, result);

    private async Task AppendAsync(params AuditLine[] lines)
    {
        foreach (var line in lines)
        {
            await new AuditLog(Storage).AppendAsync([line], Cancellation);
        }
    }
}
