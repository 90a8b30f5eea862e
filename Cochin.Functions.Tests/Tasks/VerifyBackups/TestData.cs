using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups;

/// <summary>Archives that were written by other implementations.</summary>
internal static class TestData
{
    public const string SecretKey = "test-secret-key";

    public const string KeyOwner = "7_marie_curie";

    private static string Vectors { get; } = Path.Combine(ProjectRoot.Path, "Cochin.Functions.Tests", "Tasks", "VerifyBackups", "Vectors");

    /// <summary>
    /// A zip file created by Python and encrypted by the <c>cryptography</c> package with the key of <see cref="KeyOwner"/>, in four frames.
    /// </summary>
    public static byte[] PythonEncrypted { get; } = File.ReadAllBytes(Path.Combine(Vectors, "python.encrypted"));

    /// <summary>That key, derived by <c>hashlib</c> in Python.</summary>
    public static byte[] PythonKey { get; } = Convert.FromHexString(File.ReadAllText(Path.Combine(Vectors, "key.txt")).Trim());

    public static byte[] Text { get; } =
        Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 5_000).Select(line => $"INSERT INTO devis VALUES ({line * 7919});")));

    public static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] files) => Zip(CompressionLevel.Optimal, seekable: true, files);

    /// <param name="seekable">Whether the stream is seekable, so that the lengths are in the headers; otherwise they follow the data.</param>
    public static byte[] Zip(CompressionLevel level, bool seekable, params (string Name, byte[] Content)[] files)
    {
        var memory = new MemoryStream();
        using (var zip = new ZipArchive(seekable ? memory : new Unseekable(memory), ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return memory.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return memory.ToArray();
    }

    public static byte[] Tar(System.Formats.Tar.TarEntryFormat format, params (string Name, byte[] Content)[] files)
    {
        var memory = new MemoryStream();
        using (var tar = new System.Formats.Tar.TarWriter(memory, format, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                System.Formats.Tar.TarEntry entry = format switch
                {
                    System.Formats.Tar.TarEntryFormat.Gnu => new System.Formats.Tar.GnuTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
                    System.Formats.Tar.TarEntryFormat.Ustar => new System.Formats.Tar.UstarTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
                    _ => new System.Formats.Tar.PaxTarEntry(System.Formats.Tar.TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                tar.WriteEntry(entry);
            }
        }

        return memory.ToArray();
    }

    /// <summary>Writes tokens as frames of an encrypted backup.</summary>
    public static byte[] Frames(params IEnumerable<byte[]> tokens) =>
        [.. tokens.SelectMany(token => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(token.Length)).Concat(token))];

    /// <summary>Reads the tokens of frames.</summary>
    public static List<byte[]> Tokens(byte[] frames)
    {
        var tokens = new List<byte[]>();
        for (var at = 0; at < frames.Length; at += 4 + tokens[^1].Length)
        {
            tokens.Add(frames[(at + 4)..(at + 4 + BinaryPrimitives.ReadInt32BigEndian(frames.AsSpan(at)))]);
        }

        return tokens;
    }

    /// <summary>Encrypts a Fernet token with <see cref="PythonKey"/>.</summary>
    public static byte[] Token(byte[] plain)
    {
        using var aes = System.Security.Cryptography.Aes.Create();
        aes.Key = PythonKey[16..];
        byte[] head = [0x80, .. new byte[8], .. Noise(16)];
        byte[] signed = [.. head, .. aes.EncryptCbc(plain, head[9..])];
        byte[] token = [.. signed, .. System.Security.Cryptography.HMACSHA256.HashData(PythonKey[..16], signed)];
        return Encoding.ASCII.GetBytes(Convert.ToBase64String(token).Replace('+', '-').Replace('/', '_'));
    }

    public static byte[] With(this byte[] bytes, int at, byte change)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] ^= change;
        return changed;
    }

    public static Task<StructureResult> TestAsync(string name, byte[] content, byte[]? key = null) =>
        TestAsync(name, new MemoryStream(content), key, _ => Task.FromResult<Stream>(new MemoryStream(content)));

    public static async Task<StructureResult> TestAsync(string name, Stream stream, byte[]? key, Func<CancellationToken, Task<Stream>> openSeekable)
    {
        using var fernet = key is null ? null : new FernetKey(key);
        return await new ArchiveValidator(openSeekable).ValidateAsync(name, stream, fernet, TestContext.Current.CancellationToken);
    }

    private sealed class Unseekable(Stream stream) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => stream.Write(buffer, offset, count);
    }
}
