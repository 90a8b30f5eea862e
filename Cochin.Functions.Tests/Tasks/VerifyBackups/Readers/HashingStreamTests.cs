using System.Security.Cryptography;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

public sealed class HashingStreamTests
{
    [Fact]
    public async Task Bytes_ReadInPart_AreHashedCompletely()
    {
        using var stream = new HashingStream(new MemoryStream(TestData.Text), TestData.Text.Length);
        await stream.ReadExactlyAsync(new byte[1_000], TestContext.Current.CancellationToken);

        (await stream.EndAsync(TestContext.Current.CancellationToken)).ShouldBe(Convert.ToHexStringLower(SHA256.HashData(TestData.Text)));
        stream.Count.ShouldBe(TestData.Text.Length);
    }

    /// <summary>A connection that ends early must not count as damage.</summary>
    [Theory]
    [InlineData("a.zip")]
    [InlineData("a.sql.gz")]
    [InlineData("a.tar")]
    [InlineData("a.json")]
    [InlineData("a.encrypted")]
    public async Task Connection_EndedEarlyOrBroken_IsNotDamage(string name)
    {
        var content = name.EndsWith("zip", StringComparison.Ordinal) ? TestData.Zip(("database.sql", TestData.Noise(9_000)))
            : name.EndsWith("gz", StringComparison.Ordinal) ? TestData.Gzip(TestData.Noise(9_000))
            : name.EndsWith("tar", StringComparison.Ordinal) ? TestData.Tar(System.Formats.Tar.TarEntryFormat.Pax, ("a", TestData.Noise(9_000)))
            : name.EndsWith("json", StringComparison.Ordinal) ? System.Text.Encoding.UTF8.GetBytes($"\"{new string('x', 9_000)}\"")
            : TestData.PythonEncrypted;
        Task<Stream> Open(CancellationToken _) => Task.FromResult<Stream>(new MemoryStream(content));

        using var early = new HashingStream(new MemoryStream(content[..(content.Length / 2)]), content.Length);
        await Should.ThrowAsync<HttpIOException>(() => TestData.TestAsync(name, early, TestData.PythonKey, Open));

        using var broken = new HashingStream(new Breaking(), content.Length);
        await Should.ThrowAsync<InvalidDataException>(() => TestData.TestAsync(name, broken, TestData.PythonKey, Open));
    }

    private sealed class Breaking : ReadOnlyStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new InvalidDataException("A web page answered.");
    }
}
