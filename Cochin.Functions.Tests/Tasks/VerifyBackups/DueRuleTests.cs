using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.VerifyBackups;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

public sealed class DueRuleTests
{
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 2, 0, 0, TimeSpan.Zero);

    private static readonly DueRule Rule = new(TimeSpan.FromDays(30), Now);

    [Theory]
    [InlineData(null, null, "Never")]
    [InlineData(1.0, null, "Fresh")]
    [InlineData(30.0, null, "Fresh")]
    [InlineData(30.01, null, "Old")]
    [InlineData(-0.5, null, "Fresh")]
    [InlineData(-2.0, null, "Never")]
    [InlineData(1.0, "is cut off", "Damaged")]
    [InlineData(null, "is cut off", "Damaged")]
    public void Backup_ByItsRow_IsDueOrNot(double? verifiedDaysAgo, string? damage, string reason) =>
        Rule.Evaluate(Backup("1", verified: verifiedDaysAgo) with { Damage = damage, VerifiedETag = "e" }, "e").ToString().ShouldBe(reason);

    [Theory]
    [InlineData("e", "e", "Fresh")]
    [InlineData("e", "f", "Changed")]
    [InlineData(null, "f", "Changed")]
    [InlineData("e", null, "Fresh")]
    public void Backup_WithAChangedBlob_IsDue(string? verified, string? etag, string reason) =>
        Rule.Evaluate(Backup("1", verified: 1) with { VerifiedETag = verified }, etag).ToString().ShouldBe(reason);

    [Fact]
    public void MaxAge_Zero_MakesAllDue() => new DueRule(TimeSpan.Zero, Now).Evaluate(Backup("1", verified: 0.001), null).ShouldBe(DueReason.Old);

    [Fact]
    public void Order_NeverVerifiedNewestFirst_ThenOldestVerification()
    {
        Operation[] backups =
        [
            Backup("old", made: 90, verified: 40), Backup("new", made: 1), Backup("older", made: 90, verified: 50), Backup("second", made: 2),
            Backup("undated"), Backup("damaged yesterday", made: 90) with { Damage = "is cut off", DamagedAt = Now.AddDays(-1) },
        ];

        backups.OrderBy(Rule.Rank).Select(backup => backup.Id).ShouldBe(["new", "second", "undated", "older", "old", "damaged yesterday"]);
    }

    private static Operation Backup(string id, double? made = null, double? verified = null) => new()
    {
        Kind = "backup",
        Id = id,
        CompletedAt = Now - (made is { } days ? TimeSpan.FromDays(days) : null),
        VerifiedAt = Now - (verified is { } ago ? TimeSpan.FromDays(ago) : null),
    };
}
