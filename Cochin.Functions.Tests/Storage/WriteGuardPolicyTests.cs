using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Storage;

public sealed class WriteGuardPolicyTests(AzuriteServer server) : StorageTest(server)
{
    [Fact]
    public async Task Write_SentAgainAfterItsRunHadToStop_IsRefused()
    {
        var mustStop = false;
        var attempts = new CountingPolicy();
        var lost = new LostAnswerPolicy(_ => mustStop = true);
        var storage = NewStorage(new WriteGuardPolicy(), lost, attempts);

        WriteGuardPolicy.Guard = () => Stop(mustStop);
        await Should.ThrowAsync<AggregateException>(() => storage.Backups.UploadBlobAsync("temp/x", BinaryData.FromString("x"), Cancellation));

        lost.Met.ShouldBeTrue();
        attempts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Delete_SentAgainAfterItsRunHadToStop_IsRefused()
    {
        await UploadAsync("temp/x");
        var mustStop = false;
        var transport = new LosingTransport(() => mustStop = true);
        var storage = new StorageConnection(ConnectionString) { Transport = transport }.Connect(Names);

        WriteGuardPolicy.Guard = () => Stop(mustStop);
        await Should.ThrowAsync<AggregateException>(() => storage.Backups.DeleteBlobAsync("temp/x", cancellationToken: Cancellation));

        transport.Sent.ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["temp/x"]);
    }

    [Fact]
    public async Task Write_OfARunThatHadToStopBeforeItsConnectionWasThere_IsNotSent()
    {
        await Storage.Operations.CreateAsync(Cancellation);
        var asked = 0;

        WriteGuardPolicy.Guard = () => Stop(++asked > 1);
        await Should.ThrowAsync<AggregateException>(() => NewStorage(new WriteGuardPolicy()).Operations.AddEntityAsync(new TableEntity("backup", "1"), Cancellation));

        WriteGuardPolicy.Guard = null;
        (await Storage.Operations.FindAsync("backup", "1", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Read_OfARunThatHadToStop_IsSent()
    {
        WriteGuardPolicy.Guard = () => Stop(true);

        (await NewStorage(new WriteGuardPolicy()).Backups.ExistsAsync(Cancellation)).Value.ShouldBeTrue();
    }

    [Fact]
    public async Task Guard_OfARun_IsNotThoseOfOthers()
    {
        await GuardedAsync();

        WriteGuardPolicy.Guard.ShouldBeNull();

        static async Task GuardedAsync()
        {
            WriteGuardPolicy.Guard = () => Stop(true);
            await Task.Yield();
        }
    }

    /// <summary>A network on which nothing arrives.</summary>
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

    private static void Stop(bool mustStop)
    {
        if (mustStop)
        {
            throw new OperationCanceledException("The run had to stop.");
        }
    }
}
