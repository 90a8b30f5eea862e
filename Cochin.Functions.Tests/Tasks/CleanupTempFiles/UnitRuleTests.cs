using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using Cochin.Functions.Tasks.Operations;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class UnitRuleTests
{
    private static readonly DateTimeOffset Cutoff = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, false, false, "Fresh")]
    [InlineData(1, true, true, "Fresh")]
    [InlineData(0, false, false, "Old")]
    [InlineData(-1, false, false, "Old")]
    [InlineData(-1, true, false, "InUse")]
    [InlineData(-1, false, true, "Leased")]
    [InlineData(-1, true, true, "InUse")]
    public void Evaluate_AgeUseAndLease_DetermineTheVerdict(int secondsAfterCutoff, bool isUsed, bool isLeased, string expected)
    {
        var unit = new TempUnit("temp", "x");
        unit.Add(new ListedBlob("temp/x", default, Cutoff.AddSeconds(secondsAfterCutoff), 0, isLeased), keep: false);
        var live = new LiveOperations(
            isUsed ? [new Operation { Kind = "backup", Id = "1", Status = "running", WorkPath = "temp/x" }] : [],
            new WorkPathReader(TempAreas.Default, "backups"));

        UnitRule.Evaluate(unit, Cutoff, live).ToString().ShouldBe(expected);
    }
}
