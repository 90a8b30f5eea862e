using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Runs;

namespace Cochin.Functions.Tests.Jobs;

public sealed class RunRowTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task Run_ErrorLongerThanAColumn_IsTruncatedAndRecorded()
    {
        Work.Does = (_, _) => Task.FromResult(new TaskResult { Outcome = Outcome.Failed, Error = new string('x', 100_000) });

        var report = await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        report.Outcome.ShouldBe(Outcome.Failed);
        var record = (await RecordsAsync()).ShouldHaveSingleItem();
        record.Outcome.ShouldBe(Outcome.Failed);
        record.Error.ShouldNotBeNull().Length.ShouldBeInRange(1_000, 32_000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_ThatReadTheBackups_RecordsThis(bool saw)
    {
        Work.Does = (_, _) => Task.FromResult(new TaskResult { Outcome = Outcome.Completed, SawBackups = saw });

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        var row = await Storage.Runs.QueryAsync<Azure.Data.Tables.TableEntity>(cancellationToken: Cancellation).SingleAsync(Cancellation);
        (row.GetBoolean("SawBackups") ?? false).ShouldBe(saw);
    }

    [Theory]
    [InlineData(403, "AuthorizationFailure", "StorageDenied")]
    [InlineData(0, null, "StorageUnreachable")]
    [InlineData(500, "InternalError", "StorageError")]
    [InlineData(-1, null, "Unexpected")]
    public async Task Run_ThatFailed_RecordsTheKindOfItsError(int status, string? code, string kind)
    {
        Exception thrown = status < 0 ? new InvalidOperationException("A bug.") : new Azure.RequestFailedException(status, "No.", code, innerException: null);
        Work.Does = (_, _) => throw thrown;

        await NewRunner().RunJobAsync(Job(), dryRun: false, RunObserver.None, Cancellation);

        (await RecordsAsync()).ShouldHaveSingleItem().Failure.ShouldBe(Enum.Parse<FailureKind>(kind));
    }

    [Fact]
    public void Record_WithAnUnknownKindOfError_IsReadWithoutIt() =>
        RunRow.Read(new Azure.Data.Tables.TableEntity("nightly", "1") { ["Failure"] = "Gremlins", ["Outcome"] = "Failed" }).Failure.ShouldBeNull();

    [Fact]
    public void Read_OutcomeInAnotherCase_IsParsed() =>
        RunRow.Read(new Azure.Data.Tables.TableEntity("nightly", "1") { ["Outcome"] = "completed" }).Outcome.ShouldBe(Outcome.Completed);

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1L)]
    public void Read_InvalidDurationAndOutcome_IsReadAsLostWithoutDuration(long milliseconds) =>
        RunRow.Read(new Azure.Data.Tables.TableEntity("nightly", "1") { ["DurationMs"] = milliseconds, ["Outcome"] = "17" }).ShouldSatisfyAllConditions(
            record => record.Duration.ShouldBeNull(),
            record => record.Outcome.ShouldBe(Outcome.Lost));
}
