using System.Globalization;
using System.IO.Compression;

namespace Cochin.Bench.Verification;

/// <summary>A kind of backup for the benchmark.</summary>
/// <param name="Level">The <c>VerifiedLevel</c> of a sound backup of this kind.</param>
/// <param name="WriteAsync">Writes a backup of approximately this size to a file.</param>
internal sealed record BackupContents(string Extension, string Level, Func<string, long, CancellationToken, Task> WriteAsync)
{
    private const int Seed = 17;
    private const int UploadBytes = 1024 * 1024;
    private const int BufferBytes = 64 * 1024;

    // Of the archive's size. SQL is compressed to about a sixth, so this is a quarter of all uncompressed data.
    private const double SqlShare = 0.31;

    // For this extension, only the size and the SHA-256 can be verified.
    public static BackupContents Dump { get; } = new(".dump", "checksum", WriteDumpAsync);

    public static BackupContents Encrypted { get; } = new(".encrypted", "contents", WriteEncryptedAsync);

    private static async Task WriteDumpAsync(string path, long size, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var (random, buffer) = (new Random(Seed), new byte[BufferBytes]);
        for (var remaining = size; remaining > 0; remaining -= buffer.Length)
        {
            random.NextBytes(buffer);
            await file.WriteAsync(buffer.AsMemory(0, (int)Math.Min(remaining, buffer.Length)), cancellationToken);
        }
    }

    private static async Task WriteEncryptedAsync(string path, long size, CancellationToken cancellationToken)
    {
        var zip = path + ".zip";
        await WriteZipAsync(zip, size * 3 / 4, cancellationToken); // Base64 adds a third.
        await using (var source = File.OpenRead(zip))
        await using (var target = File.Create(path))
        {
            using var tokens = new FernetWriter();
            await tokens.WriteAsync(source, target, cancellationToken);
        }

        File.Delete(zip);
    }

    /// <summary>Writes an archive like those of the application: a quarter of the data is SQL, and the rest are uploads.</summary>
    private static async Task WriteZipAsync(string path, long size, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        var random = new Random(Seed);
        await using (var metadata = await zip.CreateEntry("metadata.json").OpenAsync(cancellationToken))
        {
            await metadata.WriteAsync("""{"backup_type":"full"}"""u8.ToArray(), cancellationToken);
        }

        await using (var database = await zip.CreateEntry("database.sql").OpenAsync(cancellationToken))
        {
            await using var text = new StreamWriter(database);
            var length = 0L;
            for (var row = 0; length < size * SqlShare; row++)
            {
                var line = string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO database_dynamicvalue (id, record_id, field_id, value) VALUES ({row}, {row / 12}, {row % 12}, '{random.Next(10_000)}');");
                await text.WriteLineAsync(line);
                length += line.Length;
            }
        }

        var upload = new byte[UploadBytes];
        for (var i = 0; file.Length < size; i++)
        {
            random.NextBytes(upload);
            await using var entry = await zip.CreateEntry($"files/uploads/{i:D6}.jpg", CompressionLevel.Fastest).OpenAsync(cancellationToken);
            await entry.WriteAsync(upload.AsMemory(0, (int)Math.Clamp(size - file.Length, 1, upload.Length)), cancellationToken);
        }
    }
}
