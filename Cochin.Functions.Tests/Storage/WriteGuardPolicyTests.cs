using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Storage;

public sealed class WriteGuardPolicyTests(AzuriteServer server) : StorageTest(server)
{
    private bool mustStop;

    [Fact]
    public async Task Write_RetriedAfterItsRunHadToStop_IsRefused()
    {
        var attempts = new CountingPolicy();
        var lost = new LostResponsePolicy(_ => mustStop = true);

        var thrown = await Should.ThrowAsync<AggregateException>(() =>
            NewStorage(lost, attempts).Guarded(Stop).Backups.UploadBlobAsync("temp/x", BinaryData.FromString("x"), Cancellation));

        thrown.InnerExceptions[^1].ShouldBeOfType<RunStoppedException>();
        lost.Met.ShouldBeTrue();
        attempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Delete_RetriedAfterItsRunHadToStop_IsRefused()
    {
        await UploadAsync("temp/x");
        var transport = new LosingTransport(() => mustStop = true);
        var storage = new StorageConnection(ConnectionString) { Transport = transport }.Connect(Names).Guarded(Stop);

        await Should.ThrowAsync<AggregateException>(() => storage.Backups.DeleteBlobAsync("temp/x", cancellationToken: Cancellation));

        transport.Sent.ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Write_OfARunThatHadToStopBeforeItsConnectionWasOpen_IsNotSent()
    {
        await Storage.Operations.CreateAsync(Cancellation);
        var asked = 0;
        var storage = new StorageConnection(ConnectionString).Connect(Names).Guarded(() =>
        {
            mustStop = ++asked > 1;
            Stop();
        });

        await Should.ThrowAsync<RunStoppedException>(() => storage.Operations.AddEntityAsync(new TableEntity("backup", "1"), Cancellation));

        (await Storage.Operations.FindAsync("backup", "1", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_OfARunThatHadToStop_IsSent()
    {
        mustStop = true;

        (await Storage.Guarded(Stop).Backups.ExistsAsync(Cancellation)).Value.ShouldBeTrue();
    }

    [Fact]
    public async Task Guarded_StorageOfOneRun_DoesNotAffectOthers()
    {
        mustStop = true;
        var storage = new StorageConnection(ConnectionString).Connect(Names);

        await Should.ThrowAsync<RunStoppedException>(() => storage.Guarded(Stop).Backups.UploadBlobAsync("temp/x", BinaryData.FromString("x"), Cancellation));
        await storage.Backups.UploadBlobAsync("temp/x", BinaryData.FromString("x"), Cancellation);
        await storage.Guarded(static () => { }).Backups.DeleteBlobAsync("temp/x", cancellationToken: Cancellation);

        (await BlobNamesAsync()).ShouldBeEmpty();
    }

    private void Stop()
    {
        if (mustStop)
        {
            throw new RunStoppedException("The run had to stop.");
        }
    }

    /// <summary>A transport that loses all requests.</summary>
    private sealed class LosingTransport(Action lose) : HttpPipelineTransport
    {
        public int Sent { get; private set; }

        public override Request CreateRequest() => HttpClientTransport.Shared.CreateRequest();

        public override void Process(HttpMessage message) => throw new NotSupportedException();

        public override ValueTask ProcessAsync(HttpMessage message)
        {
            Sent++;
            lose();
            throw new IOException("The connection was closed by the test.");
        }
    }
}
