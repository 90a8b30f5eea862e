using System.Collections.Concurrent;
using System.Security.Cryptography;
using Cochin.Functions.Backups;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Backups;

public sealed class BackupDownloadTests(AzuriteServer server) : BackupTest(server)
{
    private readonly AzuriteServer server = server;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece)]
    [InlineData(Large)]
    public async Task Download_OfAnyLength_HasTheBytesAndLeavesNothingElse(int length)
    {
        var bytes = await AddBackupAsync(length);
        var seen = new ConcurrentQueue<long>();

        var result = await new BackupDownload(await FindAsync(Storage), seen.Enqueue).ToFileAsync(Target, overwrite: false, Cancellation);

        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        Files.ShouldBe(["été 1.zip"]);
        result.ShouldBe(new DownloadResult(Target, length, 0, Convert.ToHexStringLower(SHA256.HashData(bytes))));
        seen.DefaultIfEmpty().Max().ShouldBe(length);
    }

    [Fact]
    public async Task Download_ConnectionBreaksInEachRange_ContinuesEachWhereItBroke()
    {
        var bytes = await AddBackupAsync(Large);
        var broken = new ConcurrentDictionary<string, bool>();
        await using var proxy = new TamperingProxy(
            server.Endpoint,
            new Uri("http://127.0.0.1:9/"),
            exchange => exchange.Call.Request.Header("x-ms-range") is { } range && StartOf(range) % Piece == 0 && broken.TryAdd(range, true)
                ? BreakAsync(exchange)
                : exchange.PassOnAsync());
        var connection = new StorageConnection(proxy.Storage.ConnectionString) { ConfigureRetries = retry => retry.Delay = TimeSpan.FromMilliseconds(10) };
        var storage = connection.Connect(Names);

        await new BackupDownload(await FindAsync(storage), static _ => { }).ToFileAsync(Target, overwrite: false, Cancellation);

        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        var ranges = proxy.Calls.Select(call => call.Request).Where(request => request.Header("x-ms-range") is not null).ToList();
        ranges.Count(request => StartOf(request.Header("x-ms-range")!) % Piece != 0).ShouldBe(6, "each of the six ranges broke once");
        ranges.ShouldAllBe(request => request.Header("If-Match") != null);

        static async Task BreakAsync(Exchange exchange) => await exchange.ReplyHalfAsync(await exchange.ForwardAsync());
    }

    [Fact]
    public async Task Download_Interrupted_IsContinued()
    {
        var bytes = await AddBackupAsync(Large);
        var part = await InterruptAsync();
        var left = new FileInfo(part).Length;
        left.ShouldBeGreaterThanOrEqualTo(Piece);
        var requests = new CountingPolicy(request => request.Headers.Contains("x-ms-range"));

        var result = await new BackupDownload(await FindAsync(NewStorage(requests)), static _ => { }).ToFileAsync(Target, overwrite: false, Cancellation);

        result.Continued.ShouldBe(left);
        requests.Count.ShouldBe((int)Math.Ceiling((Large - left) / (double)Piece));
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        Files.ShouldBe(["été 1.zip"]);
    }

    [Fact]
    public async Task Download_InterruptedWithoutARecordedChecksum_StartsOver()
    {
        var bytes = await AddBackupAsync(Large);
        var part = await InterruptAsync();
        var left = await File.ReadAllBytesAsync(part, Cancellation);
        Array.Clear(left, left.Length / 2, left.Length / 2); // As after a power failure.
        await File.WriteAllBytesAsync(part, left, Cancellation);
        var download = new BackupDownload(await FindAsync(Storage) with { Sha256 = null }, static _ => { });

        var result = await download.ToFileAsync(Target, overwrite: false, Cancellation);

        result.Continued.ShouldBe(0);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        download.Notes.ShouldContain(note => note.Contains("can't be checked", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_OverwrittenBetweenTwoAttempts_StartsOverAndNamesWhatIsLeft()
    {
        await AddBackupAsync(Large);
        var part = await InterruptAsync();
        var other = Random(Large + 1);
        await UploadAsync(other);

        var download = new BackupDownload(await FindAsync(Storage), static _ => { });
        var result = await download.ToFileAsync(Target, overwrite: false, Cancellation);

        result.Continued.ShouldBe(0);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(other);
        download.Notes.ShouldHaveSingleItem().ShouldStartWith($"'{part}' is the partial file of another download");
        File.Exists(part).ShouldBeTrue("it isn't ours to delete");
    }

    [Fact]
    public async Task Download_OverwrittenMeanwhile_FailsAndLeavesNoMixture()
    {
        await AddBackupAsync(Large);
        var overwriting = new InterveningPolicy(IsFifth, () => UploadAsync(Random(Large - 1)));
        var download = new BackupDownload(await FindAsync(NewStorage(overwriting)), static _ => { });

        var e = await Should.ThrowAsync<BackupException>(() => download.ToFileAsync(Target, overwrite: false, Cancellation));

        overwriting.Met.ShouldBeTrue();
        e.Message.ShouldContain("was overwritten or deleted while it was downloaded");
        download.Notes.ShouldHaveSingleItem().ShouldContain("was deleted");
        Files.ShouldBeEmpty();
    }

    [Fact]
    public async Task Download_LeftPartIsWrong_IsDownloadedAgain()
    {
        var bytes = await AddBackupAsync(Large);
        var part = await InterruptAsync();
        await File.WriteAllBytesAsync(part, new byte[Piece], Cancellation);
        var download = new BackupDownload(await FindAsync(Storage), static _ => { });

        var result = await download.ToFileAsync(Target, overwrite: false, Cancellation);

        result.Continued.ShouldBe(0);
        (await File.ReadAllBytesAsync(Target, Cancellation)).ShouldBe(bytes);
        download.Notes.ShouldHaveSingleItem().ShouldContain("the download started over");
    }

    [Fact]
    public async Task Download_OtherChecksum_KeepsTheBytesUnderAnotherNameAndSaysWhere()
    {
        var bytes = await AddBackupAsync(100, sha256: new string('a', 64));
        await File.WriteAllTextAsync(Target, "mine", Cancellation);

        var e = await Should.ThrowAsync<BackupException>(async () =>
            await new BackupDownload(await FindAsync(Storage), static _ => { }).ToFileAsync(Target, overwrite: true, Cancellation));

        e.Code.ShouldBe("checksum");
        var part = Path.Combine(Folder, Files.Single(file => file.EndsWith(".part", StringComparison.Ordinal)));
        e.Message.ShouldContain($"the bytes are in '{part}'");
        (await File.ReadAllBytesAsync(part, Cancellation)).ShouldBe(bytes);
        (await File.ReadAllTextAsync(Target, Cancellation)).ShouldBe("mine");
    }

    [Fact]
    public async Task Download_StorageFails_SaysWhereThePartIs()
    {
        await AddBackupAsync(Large);
        var fault = new FaultPolicy(IsFifth, 403, "AuthorizationFailure");

        var e = await Should.ThrowAsync<BackupException>(async () =>
            await new BackupDownload(await FindAsync(NewStorage(fault)), static _ => { }).ToFileAsync(Target, overwrite: false, Cancellation));

        fault.Met.ShouldBeTrue();
        e.Message.ShouldContain("AuthorizationFailure");
        e.Hint.ShouldContain(Files.ShouldHaveSingleItem());
    }

    [Fact]
    public async Task Download_FileAppearsMeanwhile_IsNotOverwritten()
    {
        await AddBackupAsync(Large);
        var writing = new InterveningPolicy(IsFifth, () => File.WriteAllTextAsync(Target, "mine", Cancellation));

        var e = await Should.ThrowAsync<BackupException>(async () =>
            await new BackupDownload(await FindAsync(NewStorage(writing)), static _ => { }).ToFileAsync(Target, overwrite: false, Cancellation));

        e.Message.ShouldContain(Target);
        (await File.ReadAllTextAsync(Target, Cancellation)).ShouldBe("mine");
    }

    [Fact]
    public async Task Download_AnotherOneWritesTheSameFile_IsRefused()
    {
        await AddBackupAsync(Large);
        var part = await InterruptAsync();
        using var other = new FileStream(part, FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        var e = await Should.ThrowAsync<BackupException>(async () =>
            await new BackupDownload(await FindAsync(Storage), static _ => { }).ToFileAsync(Target, overwrite: false, Cancellation));

        e.Message.ShouldStartWith($"'{part}' can't be written");
    }

    [Fact]
    public async Task Download_DiskIsFull_NamesTheFile()
    {
        await AddBackupAsync(Large);
        var part = await InterruptAsync();
        File.Delete(part);
        File.CreateSymbolicLink(part, "/dev/full");

        var e = await Should.ThrowAsync<BackupException>(async () =>
            await new BackupDownload(await FindAsync(Storage), static _ => { }).ToFileAsync(Target, overwrite: false, Cancellation));

        e.Message.ShouldStartWith($"'{part}' can't be written: No space left on device");
    }

    [Fact]
    public async Task Stream_OtherChecksum_FailsAfterAllBytes()
    {
        await AddBackupAsync(100, sha256: new string('a', 64));
        var written = 0;

        var e = await Should.ThrowAsync<BackupException>(async () => await new BackupDownload(await FindAsync(Storage), static _ => { }).ToStreamAsync(
            piece =>
            {
                written += piece.Length;
                return Task.CompletedTask;
            },
            Cancellation));

        e.Message.ShouldContain("Discard the output");
        written.ShouldBe(100);
    }

    /// <returns>The path of the part that is left.</returns>
    private async Task<string> InterruptAsync()
    {
        using var interruption = new CancellationTokenSource();
        var storage = NewStorage(new InterveningPolicy(IsFifth, interruption.CancelAsync));
        var download = new BackupDownload(await FindAsync(storage), static _ => { });
        await Should.ThrowAsync<OperationCanceledException>(() => download.ToFileAsync(Target, overwrite: false, interruption.Token));
        var part = Path.Combine(Folder, Files.ShouldHaveSingleItem());
        download.Notes.ShouldHaveSingleItem().ShouldContain(part);
        return part;
    }

    private static long StartOf(string range) => long.Parse(range["bytes=".Length..].Split('-')[0], null);
}
