using System.Globalization;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Cochin.Functions.Notifications;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;
using Cochin.Functions.Tests.StatusPage;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>
/// Rows of an application that means harm, beside those of one that does not: all jobs run and end, the others' rows are untouched,
/// and what was written is nothing but text in the audit log, in Discord, on the page and on a terminal.
/// </summary>
public sealed class RowInputTests(AzuriteServer server, Chromium chromium) : CommandTest(server), IClassFixture<Chromium>
{
    private readonly FakeDiscord discord = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-");
    private string today = "";
    private int written;

    private KeyValuePair<string, string>[] All =>
    [
        .. Settings,
        new("Cochin__Discord__WebhookUrl", discord.Url.ToString()),
        new("Cochin__Discord__AllowAnyHost", "true"),
        new("Cochin__Backups__ExpectedHours", "26"),
    ];

    public override async ValueTask DisposeAsync()
    {
        folder.Delete(recursive: true);
        await discord.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Rows_OfAHostileApplication_AreTextAndNoMore()
    {
        var runs = new Dictionary<string, int>();
        for (var round = 0; round < ProofScale.Of(2, 25); round++)
        {
            today = TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"))
                .ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            await AddHostileRowsAsync();
            await AddOthersAsync();
            var before = await OthersAsync();

            var run = await Typed.RunAsync(All, "run", "all", "--json");
            await Typed.RunAsync(All, "run", "all");

            foreach (var one in run.Json.EnumerateArray())
            {
                var key = $"{one.GetProperty("job").GetString()} {one.GetProperty("outcome").GetString()}";
                runs[key] = runs.GetValueOrDefault(key) + 1;
            }

            (await OthersAsync()).ShouldBe(before);
            await AllDueWereAnnouncedAsync();
            await EachRunIsClosedAsync();
            await AuditIsSoundAsync();
            await ScreensAsync();
            await PageAsync();
        }

        discord.Delivered.ShouldNotBeEmpty();
        foreach (var message in discord.Delivered)
        {
            DiscordRules.ShouldHold(message);
        }

        ProofReport.Write(
            "7.6",
            "Rows",
            $"{written} rows of hostile operations and quotes in all columns and types: all jobs completed, no other row or blob was touched, "
            + $"{discord.Embeds.Count} Discord messages respected its limits and mentioned no one, "
            + "the page contained no markup from data, and the audit log was sound.",
            ["job and outcome", "runs"],
            runs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new object?[] { pair.Key, pair.Value }));
    }

    private async Task AddHostileRowsAsync()
    {
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await Storage.Devis.CreateIfNotExistsAsync(Cancellation);
        foreach (var row in HostileRows.Generate(today))
        {
            try
            {
                await (row.PartitionKey == "devis" ? Storage.Devis : Storage.Operations).UpsertEntityAsync(row, TableUpdateMode.Replace, Cancellation);
                written++;
            }
            catch (RequestFailedException e) when (e.Status == 400)
            {
                // Nobody can write it.
            }
        }
    }

    private async Task AddOthersAsync()
    {
        foreach (var name in new[] { "storage/nightly/bystander.zip", "temp/restore_bystander/part", "elsewhere/keep.bin", "tempo/keep.bin" })
        {
            await UploadAsync(name, TimeSpan.FromHours(30));
        }

        var version = (await Storage.Backups.GetBlobClient("storage/nightly/bystander.zip").GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag;
        await AddOperationAsync(
            "backup",
            "bystander-done",
            ("VerifiedAt", TimeProvider.System.GetUtcNow()),
            ("VerifiedETag", version.ToString()),
            ("Status", "completed"),
            ("BlobName", "storage/nightly/bystander.zip"),
            ("SizeBytes", 7L),
            ("Configuration", "nightly"),
            ("CompletedAt", TimeProvider.System.GetUtcNow()));
        await AddOperationAsync(
            "restore",
            "bystander",
            ("Status", "running"),
            ("WorkPath", "temp/restore_bystander/"),
            ("HeartbeatAt", TimeProvider.System.GetUtcNow()));
        await AddDevisAsync("bystander", ("Statut", false), ("DateDebut", today));
        await AddDevisAsync("bystander-announced", ("Statut", true), ("DateDebut", today), ("StartNotifiedFor", today));
        await AddDevisAsync("due", ("Statut", true), ("DateDebut", today));
    }

    private async Task<List<string>> OthersAsync() =>
    [
        .. await Storage.Operations.QueryAsync<TableEntity>(cancellationToken: Cancellation)
            .Where(row => row.RowKey.StartsWith("bystander", StringComparison.Ordinal))
            .Select(row => $"{row.RowKey} {row.ETag}")
            .ToListAsync(Cancellation),
        .. await Storage.Devis.QueryAsync<TableEntity>(cancellationToken: Cancellation)
            .Where(row => row.RowKey.StartsWith("bystander", StringComparison.Ordinal))
            .Select(row => $"{row.RowKey} {row.ETag}")
            .ToListAsync(Cancellation),
        .. await BlobNamesAsync(),
    ];

    private async Task AllDueWereAnnouncedAsync()
    {
        var rows = await Storage.Devis.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        var due = rows
            .Where(row => row.Flag("Statut") is true && row.Text("DateDebut") == today && DevisRow.TryReadDate(DevisRow.From(row).StartNotifiedFor, out _))
            .ToList();
        due.Count.ShouldBeGreaterThan(1);
        due.Where(row => row.Text("StartNotifiedFor") != today).Select(row => row.RowKey).ShouldBeEmpty();
    }

    private async Task EachRunIsClosedAsync()
    {
        var runs = await Storage.Runs.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        runs.ShouldAllBe(run => run.GetString("Outcome") != "Running");
        runs.Select(run => run.GetString("Error") ?? "").ShouldAllBe(error => !error.Contains("Unexpected"));
    }

    private async Task AuditIsSoundAsync()
    {
        await foreach (var blob in Storage.System.GetBlobsAsync(prefix: "audit/", traits: default, states: default, cancellationToken: Cancellation))
        {
            var text = (await Storage.System.GetBlobClient(blob.Name).DownloadContentAsync(Cancellation)).Value.Content.ToString();
            Hostile.Steers(text).ShouldBeFalse();
            foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                JsonDocument.Parse(line).RootElement.GetProperty("action").GetString().ShouldNotBeNullOrEmpty();
            }
        }

        var verified = await Typed.RunAsync(Settings, "logs", "--verify", "--json");
        verified.ExitCode.ShouldBe(0, verified.Output);
        verified.Json.GetProperty("open").GetArrayLength().ShouldBe(0, verified.Output);
    }

    private async Task ScreensAsync()
    {
        string[][] lines =
        [
            ["status"], ["history"], ["logs"], ["operations", "list"], ["devis", "list"], ["doctor"], ["test"],
            ["cleanup_stuck_operations", "--show-stats"], ["rebuild_backup_paths", "--scan-only", "--verbose"],
            ["cleanup_temp_files", "--dry-run", "--verbose"],
        ];
        foreach (var line in lines)
        {
            await Typed.RunAsync(Settings, line);
            await Typed.RunAsync(Settings, [.. line, "--json"]);
        }

        var lineCount = (await Typed.RunAsync(Settings, "logs", "--json")).Json.GetProperty("lines").GetArrayLength();
        (await Typed.RunAsync(Settings, "logs")).Output.Split('\n').Length.ShouldBe(lineCount + 1, "a line of the log is a line on the screen");
    }

    private async Task PageAsync()
    {
        await Typed.RunAsync(All, "report", "--output", folder.FullName);
        JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "status.json"), Cancellation))
            .RootElement.GetProperty("jobs").GetArrayLength().ShouldBe(6);

        await using var shown = await chromium.OpenAsync(await File.ReadAllTextAsync(Path.Combine(folder.FullName, "index.html"), Cancellation), 360);
        const string Markup =
            "script, img, iframe, object, embed, form, input, b, i, [onclick], [onerror], [onload], [style], a:not([href^='#'], [href='status.json'])";
        (await shown.Page.Locator(Markup).CountAsync()).ShouldBe(0);
        (await shown.OverflowAsync()).ShouldBe(0);
        shown.Messages.ShouldBeEmpty();
        shown.Requests.ShouldBeEmpty();
    }
}
