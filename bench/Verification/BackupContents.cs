using System.Globalization;
using System.IO.Compression;

namespace Cochin.Bench.Verification;

/// <summary>A kind of backup, and how deeply it is verified.</summary>
/// <param name="Level">The <c>VerifiedLevel</c> that a sound one gets.</param>
/// <param name="WriteAsync">Writes a backup of about this size to a file.</param>
internal sealed record BackupContents(string Ending, string Level, Func<string, long, CancellationToken, Task> WriteAsync)
{
    private const int Seed = 17;
    private const int UploadBytes = 1024 * 1024;
    private const int PieceBytes = 64 * 1024;

    // Only size and SHA-256 of such a file can be checked.
    public static BackupContents Dump { get; } = new(".dump", "checksum", WriteDumpAsync);

    public static BackupContents Encrypted { get; } = new(".encrypted", "contents", WriteEncryptedAsync);

    private static async Task WriteDumpAsync(string path, long size, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        var (random, piece) = (new Random(Seed), new byte[PieceBytes]);
        for (var left = size; left > 0; left -= piece.Length)
        {
            random.NextBytes(piece);
            await file.WriteAsync(piece.AsMemory(0, (int)Math.Min(left, piece.Length)), cancellationToken);
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

    /// <summary>Writes an archive as the application makes it: a quarter is a database, compressed to about a sixth, and the rest are uploads.</summary>
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
            for (var row = 0; file.Length < size / 4; row++)
            {
                await text.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"INSERT INTO database_dynamicvalue (id, record_id, field_id, value) VALUES ({row}, {row / 12}, {row % 12}, '{random.Next(10_000)}');"));
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
