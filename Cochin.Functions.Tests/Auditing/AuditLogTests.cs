using Cochin.Functions.Auditing;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Auditing;

public sealed class AuditLogTests(AzuriteServer server) : StorageTest(server)
{
    private static readonly DateTimeOffset Now = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Append_WithAContainerOfItsOwn_WritesThereAndIsReadFromThere()
    {
        var storage = new StorageConnection(ConnectionString).Connect(Names with { AuditContainer = Names.SystemContainer + "-audit" });
        var line = new AuditLine(Now, "run1", "nightly", "delete", "temp/old", "deleted");

        await new AuditLog(storage).AppendAsync([line], Cancellation);

        (await new AuditReader(storage, new FakeTimeProvider(Now)).ReadAsync(Now, follow: false, Cancellation).ToListAsync(Cancellation)).ShouldBe([line]);
        (await storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse();
        await storage.Audit.DeleteAsync(cancellationToken: Cancellation);
    }
}
