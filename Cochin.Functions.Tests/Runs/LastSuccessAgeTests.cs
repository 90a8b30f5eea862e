using Cochin.Functions.Jobs;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>The gauge of the time since the last success.</summary>
public sealed class LastSuccessAgeTests(AzuriteServer server) : RunnerHarness(server)
{
    [Fact]
    public async Task LastSuccessAge_NeverSucceeded_IsMeasuredFromWhenTheJobWasFirstSeen()
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        await RegisterAtNoonAsync();

        Clock.Advance(TimeSpan.FromMinutes(5));

        var age = emitted.ReadGauges().ShouldHaveSingleItem();
        age.Value.ShouldBe(300);
        age.Unit.ShouldBe("s");
        age.Tags.ShouldBe(new Dictionary<string, string> { ["cochin.job"] = JobName, ["cochin.job.enabled"] = "true" });
        (await StateAsync()).FirstSeenAt.ShouldBe(Noon);
    }

    [Fact]
    public async Task LastSuccessAge_RowOfAnEarlierVersion_IsMeasuredFromTheSettledOccurrence()
    {
        await Storage.Jobs.CreateIfNotExistsAsync(Cancellation);
        await Storage.Jobs.AddEntityAsync(new Azure.Data.Tables.TableEntity("job", JobName) { ["SettledOccurrence"] = TwoOClock.AddDays(-1) }, Cancellation);
        using var emitted = new EmittedTelemetry(Telemetry);

        await NewRunner().RunDueAsync(JobName, Cancellation);

        emitted.ReadGauges().ShouldHaveSingleItem().Value.ShouldBe(TimeSpan.FromHours(10).TotalSeconds);
    }

    [Fact]
    public async Task LastSuccessAge_AfterASuccess_GrowsWithoutRequests()
    {
        using var emitted = new EmittedTelemetry(Telemetry);
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        var requests = new CountingPolicy();
        await NewRunner(requests).RunDueAsync(JobName, Cancellation);
        var before = requests.Count;

        Clock.Advance(TimeSpan.FromSeconds(90));

        emitted.ReadGauges().ShouldHaveSingleItem().Value.ShouldBe(90);
        requests.Count.ShouldBe(before);
    }

    [Fact]
    public async Task LastSuccessAge_JobDisabledUntilATime_ShowsWhetherItIsEnabled()
    {
        await RegisterAtNoonAsync();
        await new JobStates(Storage).DisableAsync(JobName, Noon.AddHours(1), reason: null, Cancellation);
        using var emitted = new EmittedTelemetry(Telemetry);
        await NewRunner().RunDueAsync(JobName, Cancellation);

        var off = emitted.ReadGauges().ShouldHaveSingleItem();
        Clock.Advance(TimeSpan.FromHours(1));
        var on = emitted.ReadGauges().ShouldHaveSingleItem();

        off.Tags["cochin.job.enabled"].ShouldBe("false");
        on.Tags["cochin.job.enabled"].ShouldBe("true");
    }
}
