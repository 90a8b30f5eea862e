using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tests.Tasks.BackupRecords;

public sealed class RowPartTests
{
    private static readonly RowPart LastBeforeDivision = RowPart.All with { Pages = 31, Continuation = "next" };

    [Fact]
    public void RestAfter_FirstPages_IsTheNextPage()
    {
        var rest = RowPart.All.RestAfter([Backup("1"), Backup("2")], "next");

        rest.ShouldBe([RowPart.All with { After = "2", Continuation = "next", Pages = 1 }]);
    }

    [Fact]
    public void RestAfter_LastPage_IsEmpty() => LastBeforeDivision.RestAfter([Backup("1")], null).ShouldBeEmpty();

    [Fact]
    public void RestAfter_ManyPages_IsTheRangesAfterTheLastKeyAndTheOtherPartitions()
    {
        var rest = LastBeforeDivision.RestAfter([Backup("dd"), Backup("dd1")], "next");

        rest.Select(part => part.Filter).ShouldBe(
        [
            "PartitionKey eq 'backup' and RowKey gt 'dd1' and RowKey le 'e'",
            "PartitionKey eq 'backup' and RowKey gt 'e' and RowKey le 'f'",
            "PartitionKey eq 'backup' and RowKey gt 'f' and RowKey le 'rebuilt-4'",
            "PartitionKey eq 'backup' and RowKey gt 'rebuilt-4' and RowKey le 'rebuilt-8'",
            "PartitionKey eq 'backup' and RowKey gt 'rebuilt-8' and RowKey le 'rebuilt-c'",
            "PartitionKey eq 'backup' and RowKey gt 'rebuilt-c'",
            $"PartitionKey gt 'backup' and {RowPart.RelevantFilter}",
        ]);
        rest.ShouldAllBe(part => part.Continuation == null && part.Pages == 0);
        rest.SkipLast(1).Select(part => part.After).ShouldBe(["dd1", "e", "f", "rebuilt-4", "rebuilt-8", "rebuilt-c"]);
    }

    [Fact]
    public void RestAfter_KeyWithAQuote_IsEscaped() =>
        LastBeforeDivision.RestAfter([Backup("it's")], "next")[0].Filter.ShouldBe("PartitionKey eq 'backup' and RowKey gt 'it''s' and RowKey le 'rebuilt-4'");

    [Theory]
    [InlineData("Backup")]
    [InlineData("restore")]
    public void RestAfter_OtherPartition_IsNotDivided(string kind) =>
        LastBeforeDivision.RestAfter([Backup("1"), new Operation { Kind = kind, Id = "2" }], "more")
            .ShouldBe([LastBeforeDivision with { After = "1", Continuation = "more", Pages = 32 }]);

    [Fact]
    public void RestAfter_Range_IsNotDividedAgain()
    {
        var range = LastBeforeDivision.RestAfter([Backup("1")], "next")[0] with { Pages = 100 };

        range.RestAfter([Backup("11")], "more").ShouldHaveSingleItem().Filter.ShouldBe(range.Filter);
    }

    [Fact]
    public void RangeOf_Pages_ContinuesAcrossPagesWithoutBackups()
    {
        Operation[] others = [new Operation { Kind = "restore", Id = "9" }];

        RowPart.All.RangeOf(others).ShouldBe(new RowRange(null, ""));
        RowPart.All.RangeOf([Backup("1"), Backup("3")]).ShouldBe(new RowRange(null, "3"));
        (RowPart.All with { After = "3" }).RangeOf(others).ShouldBe(new RowRange("3", "3"));
    }

    private static Operation Backup(string id) => new() { Kind = OperationKind.Backup, Id = id };
}
