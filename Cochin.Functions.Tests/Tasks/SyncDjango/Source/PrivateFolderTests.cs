using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Source;

public sealed class PrivateFolderTests
{
    [Fact]
    public void Folders_CreatedAtTheSameTime_AreNotDeletedByEachOther()
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken };

        Parallel.For(0, 1_000, options, _ =>
        {
            using var folder = new PrivateFolder();
            File.WriteAllText(Path.Combine(folder.Path, "copy"), "content");
            File.Exists(Path.Combine(folder.Path, "copy")).ShouldBeTrue();
        });
    }
}
