using Cochin.Functions.Auditing;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Auditing;

public sealed class AuditVerificationTests
{
    [Fact]
    public void Add_PlannedLinesAndTheirResults_IsValid()
    {
        var log = Verify(
            Line("delete", "temp/a", "planned"),
            Line("delete", "temp/a", "deleted"),
            Line("notify", "devis/7", "sent"),
            Line("enable", "nightly", "done"));

        log.IsValid.ShouldBeTrue();
        log.Lines.ShouldBe(4);
        log.Open.ShouldBeEmpty();
    }

    [Fact]
    public void Add_PlannedLineOfADeadRun_IsOpenAndValid()
    {
        var log = Verify(Line("delete", "temp/a", "planned"), Line("delete", "temp/b", "planned"), Line("delete", "temp/b", "deleted"));

        log.IsValid.ShouldBeTrue();
        log.Open.ShouldBe([("run-1", "delete", "temp/a")]);
    }

    [Fact]
    public void Add_BatchAppendedTwice_IsValid()
    {
        AuditLine[] plans = [Line("delete", "temp/a", "planned"), Line("delete", "temp/b", "planned")];
        AuditLine[] results = [Line("delete", "temp/a", "deleted") with { Time = Later }, Line("delete", "temp/b", "deleted") with { Time = Later }];

        var log = Verify([.. plans, .. plans, .. results, .. results]);

        log.IsValid.ShouldBeTrue();
        log.Open.ShouldBeEmpty();
    }

    [Fact]
    public void Add_ResultRepeatedLater_IsInvalid()
    {
        var log = Verify(Line("delete", "temp/a", "planned"), Line("delete", "temp/a", "deleted"), Line("delete", "temp/a", "deleted") with { Time = Later });

        log.Unplanned.ShouldHaveSingleItem().Time.ShouldBe(Later);
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("mark_failed")]
    [InlineData("mark_missing")]
    [InlineData("heal")]
    [InlineData("register")]
    public void Add_ChangeThatItsRunDidNotPlan_IsInvalid(string action)
    {
        var log = Verify(Line(action, "temp/a", "planned") with { Run = "run-2" }, Line(action, "temp/a", "done"));

        log.IsValid.ShouldBeFalse();
        log.Unplanned.ShouldHaveSingleItem().Target.ShouldBe("temp/a");
    }

    [Fact]
    public void Add_LineOfAnotherProgram_IsUnreadable() =>
        Verify(Line(AuditLine.Unreadable, "garbage", "")).Unreadable.ShouldBe(["garbage"]);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"time\":\"2026-11-24T00:00:00+00:00\",\"run\":\"r\",\"job\":\"j\",\"action\":\"delete\",\"target\":\"t\"}")]
    public void Parse_LineWithoutARequiredProperty_IsUnreadable(string line)
    {
        var parsed = AuditLine.Parse(line);

        parsed.Action.ShouldBe(AuditLine.Unreadable);
        parsed.Target.ShouldBe(line);
    }

    private static AuditVerification Verify(params AuditLine[] lines)
    {
        var verification = new AuditVerification(TaskCatalog.AnnouncedActions);
        foreach (var line in lines)
        {
            verification.Add(line);
        }

        return verification;
    }

    private static DateTimeOffset Later { get; } = DateTimeOffset.UnixEpoch.AddMinutes(1);

    private static AuditLine Line(string action, string target, string result) => new(DateTimeOffset.UnixEpoch, "run-1", "nightly", action, target, result);
}
