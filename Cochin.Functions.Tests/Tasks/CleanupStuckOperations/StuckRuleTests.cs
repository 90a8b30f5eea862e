using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupStuckOperations;
using CsCheck;

namespace Cochin.Functions.Tests.Tasks.CleanupStuckOperations;

public sealed class StuckRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Evaluate_AnyRow_IsStuckIfLiveAndInactiveForTheLimit()
    {
        var times = Gen.Int[-600, 600].Select(minutes => Now.AddMinutes(-minutes)).Nullable();
        var statuses = Gen.Int[0, 6].Select(i => new[] { "pending", "running", "completed", "failed", "cancelled", "file_missing", null }[i]);

        Gen.Select(statuses, times, times, times, Gen.Int[0, 480]).Sample((status, created, started, heartbeat, limit) =>
        {
            var operation = new Operation { Kind = "backup", Id = "1", Status = status, CreatedAt = created, StartedAt = started, HeartbeatAt = heartbeat };

            var verdict = StuckRule.Evaluate(operation, Now, TimeSpan.FromMinutes(limit));

            var times = new[] { created, started, heartbeat }.OfType<DateTimeOffset>().ToList();
            var isAhead = times.Exists(time => time > Now + LastActivity.ClockSkewTolerance);
            var isLive = status is "pending" or "running";
            verdict.ShouldBe(
                !isLive ? StuckVerdict.Healthy
                : times.Count == 0 || isAhead ? StuckVerdict.Unreadable
                : times.TrueForAll(time => time <= Now.AddMinutes(-limit)) ? StuckVerdict.Stuck
                : StuckVerdict.Healthy);
        }, iter: 2_000);
    }

    [Theory]
    [InlineData(1, "Healthy")]
    [InlineData(7, "Stuck")]
    public void Evaluate_TimeInTheFuture_UsesTheTimestamp(int hours, string verdict)
    {
        var operation = new Operation
        {
            Kind = "backup", Id = "1", Status = "running", CreatedAt = Now.AddHours(-9), HeartbeatAt = Now.AddDays(400), Timestamp = Now.AddHours(-hours),
        };

        StuckRule.Evaluate(operation, Now, TimeSpan.FromHours(6)).ShouldBe(Enum.Parse<StuckVerdict>(verdict));
    }
}
