using Azure.Core;
using Cochin.Functions.Locking;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Checkpoints that do not match, are lost or are written concurrently.</summary>
public sealed class CheckpointBlobTests(AzuriteServer server) : CheckpointHarness(server)
{
    [Theory]
    [InlineData("\"version\":1", "\"version\":9", "another version")]
    [InlineData("DryRun = False", "DryRun = False, AgeHours = 2", "other options")]
    [InlineData("-backups, ", "-elsewhere, ", "another storage")]
    [InlineData("\"begunAt\":\"2026-06-03", "\"begunAt\":\"2026-06-01", "more than 24 h ago")]
    [InlineData("\"begunAt\":\"2026-06-03", "\"begunAt\":\"2027-06-03", "in the future")]
    [InlineData("{\"version\"", "no JSON", "can't be read")]
    [InlineData("\n2", "\nno number", "can't be read")]
    [InlineData("\n", "", "can't be read")]
    public async Task Checkpoint_ThatDoesNotMatch_IsDiscardedWithAWarning(string text, string replacement, string why)
    {
        await BeginAtTwoAsync();
        await TickAsync();
        var kept = await KeptAsync();
        kept.ShouldContain(text);
        var changed = BinaryData.FromString(kept.Replace(text, replacement, StringComparison.Ordinal));
        await Storage.System.GetBlobClient(BlobName).UploadAsync(changed, overwrite: true, Cancellation);
        StepsPerRun = 6;

        var report = await TickAsync();

        report.Outcome.ShouldBe(Outcome.Completed);
        report.Warnings.ShouldHaveSingleItem().ShouldContain(why);
        Done.ShouldBe([0, 1, 0, 1, 2, 3, 4, 5]);
        (await IsKeptAsync()).ShouldBeFalse();
    }

    [Theory]
    [InlineData("comp=block&")]
    [InlineData("comp=blocklist")]
    public async Task Checkpoint_RunnerDiesWhileSaving_StaysAsBefore(string request)
    {
        await BeginAtTwoAsync();
        await TickAsync();
        var before = await KeptAsync();
        var dying = new CrashPolicy(sent => IsCheckpoint(sent) && sent.Uri.Query.Contains(request, StringComparison.Ordinal));

        await NewRunner(dying).RunDueAsync(JobName, Cancellation);
        var kept = await KeptAsync();
        await BreakLeaseAsync();
        StepsPerRun = 4;
        var next = await TickAsync();

        dying.Died.ShouldBeTrue();
        kept.ShouldBe(before);
        next.Outcome.ShouldBe(Outcome.Completed);
        Done.ShouldBe([0, 1, 2, 3, 2, 3, 4, 5], "only the part whose runner died is repeated");
    }

    [Fact]
    public async Task Checkpoint_ResponseLost_IsSaved()
    {
        await BeginAtTwoAsync();
        var lost = new LostResponsePolicy(sent => IsCheckpoint(sent) && sent.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal));

        var report = await NewRunner(lost).RunDueAsync(JobName, Cancellation);
        await TickAsync();

        lost.Met.ShouldBeTrue();
        report.Reason.ShouldBe(SkipReason.Unfinished);
        Done.ShouldBe([0, 1, 2, 3]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Checkpoint_SavedByAnOvertakenRun_DoesNotReplaceThatOfItsSuccessor(bool existsBefore)
    {
        await BeginAtTwoAsync();
        if (existsBefore)
        {
            await TickAsync();
        }

        string? successors = null;
        var pause = new InterveningPolicy(sent => IsCheckpoint(sent) && sent.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal), async () =>
        {
            await BreakLeaseAsync();
            Clock.Advance(BlobLocks.LeaseDuration);
            await TickAsync();
            successors = await KeptAsync();
        });

        await NewRunner(pause).RunDueAsync(JobName, Cancellation);

        pause.Met.ShouldBeTrue();
        (await KeptAsync()).ShouldBe(successors.ShouldNotBeNull());
    }

    [Fact]
    public async Task Checkpoint_Replaced_RequiresTheVersionThatTheRunRead()
    {
        await BeginAtTwoAsync();
        var conditions = new List<string>();
        var watch = new InterveningPolicy(
            sent => IsCheckpoint(sent) && sent.Uri.Query.Contains("comp=blocklist", StringComparison.Ordinal) && Note(sent),
            () => Task.CompletedTask);

        await NewRunner(watch).RunDueAsync(JobName, Cancellation);
        var version = (await Storage.System.GetBlobClient(BlobName).GetPropertiesAsync(cancellationToken: Cancellation)).Value.ETag.ToString("H");
        await NewRunner(watch).RunDueAsync(JobName, Cancellation);

        conditions.ShouldBe(["If-None-Match *", $"If-Match {version}"]);

        bool Note(Request sent)
        {
            conditions.AddRange(sent.Headers
                .Where(header => header.Name.StartsWith("If-", StringComparison.OrdinalIgnoreCase))
                .Select(header => $"{header.Name} {header.Value}"));
            return true;
        }
    }

    [Fact]
    public async Task Checkpoint_ThatCantBeDeleted_IsNotContinuedByTheNextOccurrence()
    {
        await BeginAtTwoAsync();
        Clock.SetUtcNow(TwoOClock.AddHours(3));
        await TickAsync();
        var refused = new FaultPolicy(sent => IsCheckpoint(sent) && sent.Method == RequestMethod.Delete, 403, "AuthorizationFailure");
        StepsPerRun = 6;

        var report = await NewRunner(refused).RunDueAsync(JobName, Cancellation);
        Clock.SetUtcNow(TwoOClock.AddDays(1));
        var next = await TickAsync();

        refused.Met.ShouldBeTrue();
        report.Outcome.ShouldBe(Outcome.Completed);
        next.Outcome.ShouldBe(Outcome.Completed);
        next.Warnings.ShouldBeEmpty();
        Done.ShouldBe([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
    }
}
