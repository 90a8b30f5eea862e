using System.Text.Json;
using Azure;
using Azure.Storage.Blobs.Models;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using CsCheck;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Blobs of any name: what lies in a temporary area goes, what lies elsewhere stays, and each backup gets one record.</summary>
public sealed class BlobNameInputTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly string[] Areas = ["temp/", "restore_temp/", "uploads/"];
    private static readonly string[] Elsewhere =
    [
        "temp", "tempo/", "Temp/", "temp\\", "uploads.old/", "storage/nightly/", "storage/", "restore_temp2/", "x/temp/", "%74emp/",
    ];

    [Fact]
    public async Task Names_OfAnyKind_NothingOutsideOfTheAreasIsTouched()
    {
        // Those that begin with others, and the longest that there may be.
        var part = Hostile.Text.Select(text => string.Concat(text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter) && letter < '\uFFF0')));
        var roots = Hostile.OneOf([.. Areas, .. Areas, .. Elsewhere]);
        var ends = Hostile.OneOf("", "x", "/y", "-1", ".zip", " ", "//z.zip");
        var name = Gen.Select(roots, part, ends)
            .Select((root, middle, end) => (root + middle)[..Math.Min(1_000, (root + middle).Length)] + end);
        var wanted = new List<string>();
        name.Sample(wanted.Add, iter: ProofScale.Of(60, 600), threads: 1);
        foreach (var one in wanted.Distinct().Where(one => one.Length > 0))
        {
            await TryUploadAsync(one);
        }

        var before = await BlobNamesAsync();
        var run = await Typed.RunAsync(Settings, "cleanup_temp_files", "--age-hours", "1", "--force", "--json");
        var after = await BlobNamesAsync();

        var inAreas = before.Where(one => Areas.Any(area => one.StartsWith(area, StringComparison.Ordinal) && one.Length > area.Length)).ToList();
        inAreas.Count.ShouldBeGreaterThan(10);
        after.Except(before).ShouldBeEmpty();
        before.Except(inAreas).Except(after).ShouldBeEmpty("nothing outside may be touched");
        var left = inAreas.Intersect(after).ToList();
        (run.ExitCode == 0 ? left.Count : 0).ShouldBe(
            0,
            $"left without a word: {string.Join(' ', left.Select(one => JsonSerializer.Serialize(one)))} {run.Output}");

        var first = await Typed.RunAsync([.. Settings, new("Cochin__Backups__GraceMinutes", "0")], "rebuild_backup_paths", "--force", "--json");
        var second = await Typed.RunAsync([.. Settings, new("Cochin__Backups__GraceMinutes", "0")], "rebuild_backup_paths", "--force", "--json");
        var list = await Typed.RunAsync(Settings, "operations", "list", "--json");

        var backups = after.Where(IsBackup).ToList();
        Count(first, "registered").ShouldBe(backups.Count);
        Count(second, "registered").ShouldBe(0);
        list.Json.GetProperty("operations").EnumerateArray().Select(row => row.GetProperty("blobName").GetString()).ShouldBe(backups, ignoreOrder: true);
        await Typed.RunAsync(Settings, "operations", "list");
        (await BlobNamesAsync()).ShouldBe(after);
        ProofReport.Write(
            "7.5",
            "Blob names",
            "Old blobs with hostile names; many are prefixes of each other or begin with the name of an area.",
            ["blobs", "in the areas", "deleted", "reported as failed", "outside, all untouched", "backups registered"],
            [[before.Length, inAreas.Count, inAreas.Count - left.Count, left.Count, before.Length - inAreas.Count, backups.Count]]);
    }

    // Hidden files are no backups.
    private bool IsBackup(string name) => name.StartsWith("storage/", StringComparison.Ordinal)
        && name.EndsWith(".zip", StringComparison.Ordinal)
        && !name.Split('/').Any(part => part.StartsWith('.'))
        && Reachability.Problem(Storage.Backups, name) is null;

    private static long Count(CommandResult run, string name) => run.Json.GetProperty("counts").GetProperty(name).GetInt64();

    private async Task TryUploadAsync(string name)
    {
        if (Reachability.Problem(Storage.Backups, name) is null)
        {
            try
            {
                await UploadAsync(name, TimeSpan.FromHours(30));
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.InvalidUri || e.Status is 400 or 404 or 409)
            {
                // No name for the service, or too near to another.
            }
        }
    }
}
