using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Operations that are stuck, alive or over, and one that finishes in the moment in which it is marked.</summary>
internal sealed class StuckWork : Work
{
    private const string Finishing = "finishing";

    public override string Name => "cleanup_stuck_operations";

    public override string Job => "cleanup_stuck_operations";

    public override IReadOnlyDictionary<string, long> Expected { get; } =
        new Dictionary<string, long> { ["examined"] = 5, ["stuck"] = 4, ["marked"] = 3, ["finishedMeanwhile"] = 1 };

    public override Task FillAsync(ProofStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Task.WhenAll(
            store.AddOperationAsync("backup", "1-stuck", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), ("Name", "kept")),
            store.AddOperationAsync("backup", "2-never-started", ("Status", "pending"), ("CreatedAt", now.AddHours(-9))),
            store.AddOperationAsync("backup", Finishing, ("Status", "running"), ("CreatedAt", now.AddHours(-9))),
            store.AddOperationAsync("backup", "alive", ("Status", "running"), ("CreatedAt", now.AddHours(-9)), ("HeartbeatAt", now)),
            store.AddOperationAsync("backup", "over", ("Status", "completed"), ("CreatedAt", now.AddHours(-9))),
            store.AddOperationAsync("restore", "3-stuck", ("Status", "running"), ("StartedAt", now.AddHours(-10)), ("ErrorMessage", "slow disk")));
    }

    public override bool IsMoment(Call call) => call.Service == "table" && call.Method != "GET" && call.Mentions(Finishing);

    public override bool IsOfOthers(string operation) => operation == "backup/" + Finishing;

    public override Task MeanwhileAsync(ProofStore store) =>
        store.AddOperationAsync("backup", Finishing, ("Status", "completed"), ("CreatedAt", TimeProvider.System.GetUtcNow().AddHours(-9)), ("SizeBytes", 7L));
}
