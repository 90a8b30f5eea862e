using Cochin.Functions.Tasks.BackupRecords;

namespace Cochin.Functions.Tests.Tasks.BackupRecords;

[Collection<Alone>]
public sealed class BlobTableSizeTests
{
    private const int BytesAnEntry = 48;

    // The rest of the process must use little memory compared with the table.
    private const int Entries = 1_000_000;

    [Theory]
    [InlineData(50_000)]
    [InlineData(100_000)]
    [InlineData(230_000)]
    [InlineData(1_000_000)]
    public void Table_AnySize_TakesFewBytesPerEntry(int count)
    {
        var tables = new BlobTable[Entries / count];
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < tables.Length; i++)
        {
            tables[i] = BlobTableTests.Filled(count);
        }

        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(tables);
        (bytes / ((double)tables.Length * count)).ShouldBeLessThanOrEqualTo(BytesAnEntry);
    }
}
