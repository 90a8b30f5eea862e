using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Auditing;
using Cochin.Functions.Locking;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class UnlockVerbTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly LockOwner Owner = new(
        "srv1:4711", "cleanup_temp_files", "20261124T020000-abcdef", new DateTimeOffset(2026, 11, 24, 2, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Unlock_FreeLock_DoesNothing()
    {
        var result = await RunAsync("unlock", "cleanup_temp_files");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("is already free");
        (await Storage.System.ExistsAsync(Cancellation)).Value.ShouldBeFalse("reading creates nothing");
    }

    [Fact]
    public async Task Unlock_WithoutATerminal_ShowsTheHolderAndRefuses()
    {
        await using var held = await HoldAsync();

        var result = await RunAsync("unlock", "cleanup_temp_files_weekend");

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain("srv1:4711");
        result.Errors.ShouldContain("--force");
        held.IsHeld.ShouldBeTrue();
    }

    [Fact]
    public async Task Unlock_Forced_TakesTheLockFromItsHolderAndIsInTheAuditLog()
    {
        await using var held = await HoldAsync();

        var result = await RunAsync("unlock", "cleanup_temp_files", "--force", "--json");
        var next = await RunAsync("cleanup_temp_files", "--force", "--json");

        result.ExitCode.ShouldBe(0);
        result.Json.GetProperty("unlocked").GetBoolean().ShouldBeTrue();
        result.Json.GetProperty("holder").GetProperty("runId").GetString().ShouldBe(Owner.RunId);
        next.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
        var lines = await new AuditReader(Storage, TimeProvider.System).ReadAsync(
            TimeProvider.System.GetUtcNow().AddHours(-1), follow: false, Cancellation).ToListAsync(Cancellation);
        var line = lines.Single(line => line.Action == "unlock");
        line.Before!.ShouldContain("srv1:4711");
        line.After.ShouldBe("free");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unlock_LeaseOfAnotherProgramWithoutAnEnd_IsBroken(bool wasUsed)
    {
        if (wasUsed)
        {
            await using var held = await HoldAsync();
        }

        await Storage.System.CreateIfNotExistsAsync(cancellationToken: Cancellation);
        var blob = Storage.System.GetBlobClient("locks/cleanup_temp_files");
        if (!wasUsed)
        {
            await blob.UploadAsync(BinaryData.Empty, Cancellation);
        }

        await blob.GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: Cancellation);

        var asked = await RunAsync("unlock", "cleanup_temp_files");
        var result = await RunAsync("unlock", "cleanup_temp_files", "--force");
        var next = await RunAsync("cleanup_temp_files", "--force", "--json");

        asked.ExitCode.ShouldBe(2);
        asked.Errors.ShouldContain("has a lease without an end, which no run takes");
        asked.Errors.ShouldContain(wasUsed ? Owner.RunId : "unknown");
        asked.Errors.ShouldNotContain("most likely in progress");
        result.ExitCode.ShouldBe(0, result.Errors);
        result.Output.ShouldContain("The lock of cleanup_temp_files is free.");
        next.Json.GetProperty("outcome").GetString().ShouldBe("Completed");
    }

    [Fact]
    public async Task Unlock_HolderChangedMeanwhile_KeepsTheNewHolder()
    {
        await using var held = await HoldAsync();

        var broken = await new BlobLocks(Storage, TimeProvider.System).TryBreakAsync("cleanup_temp_files", Owner with { RunId = "another" }, Cancellation);

        broken.ShouldBeFalse();
        (await new BlobLocks(Storage, TimeProvider.System).FindHolderAsync("cleanup_temp_files", Cancellation)).ShouldBe(Owner);
    }

    private async Task<BlobLock> HoldAsync() =>
        (await new BlobLocks(Storage, TimeProvider.System).TryAcquireAsync("cleanup_temp_files", Owner, Cancellation)).Lock.ShouldNotBeNull();
}
