namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>How deep a backup was tested. The names are written to storage.</summary>
internal enum VerifiedLevel
{
    /// <summary>All its bytes against what is known of them.</summary>
    Checksum,

    /// <summary>Its archive, by its own rules.</summary>
    Structure,

    /// <summary>What an encrypted one has in it.</summary>
    Contents,
}

/// <summary>What a test of a backup's archive has found.</summary>
/// <param name="Level">How deep it went.</param>
/// <param name="Damage">What is wrong; it follows "the backup". Null if nothing is.</param>
/// <param name="Untested">What could not be tested and why, in the same way.</param>
/// <param name="IsLocked">The archive is encrypted, its frames are in order, and the key opens none of them.</param>
internal sealed record StructureResult(VerifiedLevel Level, string? Damage = null, string? Untested = null, bool IsLocked = false);

/// <summary>Tests a backup's archive by the ending of its name.</summary>
/// <param name="openSeekable">Gives the same bytes once more, for a format whose directory is at the end.</param>
internal sealed class Structure(Func<CancellationToken, Task<Stream>> openSeekable)
{
    private static readonly ulong[] Needed = [ZipEntry.HashOf("metadata.json"u8), ZipEntry.HashOf("database.sql"u8)];

    private static readonly (string Ending, Func<Structure, Stream, FernetKey?, CancellationToken, Task<StructureResult>> Test)[] Tests =
    [
        (".zip", (structure, stream, _, token) => structure.TestZipAsync(stream, token)),
        (".tar.gz", (_, stream, _, token) => TestGzipAsync(stream, TarTest.RunAsync, token)),
        (".tgz", (_, stream, _, token) => TestGzipAsync(stream, TarTest.RunAsync, token)),
        (".json.gz", (_, stream, _, token) => TestGzipAsync(stream, JsonTest.RunAsync, token)),
        (".gz", (_, stream, _, token) => TestGzipAsync(stream, static (_, _) => Task.CompletedTask, token)),
        (".tar", (_, stream, _, token) => TestAsync(TarTest.RunAsync(stream, token))),
        (".json", (_, stream, _, token) => TestAsync(JsonTest.RunAsync(stream, token))),
        (".encrypted", (_, stream, key, token) => TestEncryptedAsync(stream, key, token)),
    ];

    /// <summary>Whether backups of this name are encrypted by the application.</summary>
    public static bool IsEncrypted(string name) => name.EndsWith(".encrypted", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads as much of a stream as the test needs.</summary>
    /// <param name="key">Opens an encrypted backup; null if it is not known.</param>
    /// <returns>
    /// At the level <see cref="VerifiedLevel.Checksum"/> if there is no test for this ending. What the storage throws is not caught.
    /// </returns>
    public async Task<StructureResult> TestAsync(string name, Stream stream, FernetKey? key, CancellationToken cancellationToken)
    {
        var test = Array.Find(Tests, test => name.EndsWith(test.Ending, StringComparison.OrdinalIgnoreCase)).Test;
        try
        {
            return test is null ? new StructureResult(VerifiedLevel.Checksum) : await test(this, stream, key, cancellationToken).ConfigureAwait(false);
        }
        catch (DamagedException e)
        {
            return new StructureResult(VerifiedLevel.Structure, Damage: e.Message);
        }
        catch (UntestedException e)
        {
            return new StructureResult(VerifiedLevel.Checksum, Untested: e.Message);
        }
    }

    private async Task<StructureResult> TestZipAsync(Stream stream, CancellationToken cancellationToken)
    {
        List<ZipEntry> entries;
        var seekable = await openSeekable(cancellationToken).ConfigureAwait(false);
        await using (seekable.ConfigureAwait(false))
        {
            entries = await ZipDirectory.ReadAsync(seekable, cancellationToken).ConfigureAwait(false);
        }

        if (entries.Count == 0)
        {
            throw new DamagedException("is a zip archive without entries");
        }

        return await TestAsync(ZipTest.RunAsync(stream, entries, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task<StructureResult> TestGzipAsync(Stream stream, Func<Stream, CancellationToken, Task> test, CancellationToken cancellationToken)
    {
        var content = new GzipContent(stream);
        await using (content.ConfigureAwait(false))
        {
            UntestedException? untested = null;
            try
            {
                await test(content, cancellationToken).ConfigureAwait(false);
            }
            catch (UntestedException e)
            {
                untested = e;
            }

            var rest = new byte[64 * 1024];
            while (await content.ReadAsync(rest, cancellationToken).ConfigureAwait(false) > 0)
            {
            }

            return content.IsEmpty ? throw new DamagedException("is a gzip file without content")
                : untested is null ? new StructureResult(VerifiedLevel.Structure)
                : throw untested;
        }
    }

    private static async Task<StructureResult> TestEncryptedAsync(Stream stream, FernetKey? key, CancellationToken cancellationToken)
    {
        var frames = new EncryptedFrames(stream, key);
        await using (frames.ConfigureAwait(false))
        {
            StructureResult? content = null;
            if (key is not null)
            {
                content = await TestContentAsync(frames, cancellationToken).ConfigureAwait(false);
            }

            await frames.EndAsync(cancellationToken).ConfigureAwait(false);
            return frames switch
            {
                _ when content is null || frames.HasSalt => new StructureResult(VerifiedLevel.Structure),
                { Opened: 0 } => new StructureResult(VerifiedLevel.Structure, IsLocked: true),
                _ when frames.Opened < frames.Frames => new StructureResult(
                    VerifiedLevel.Contents,
                    Damage: $"has {frames.Frames - frames.Opened} of {frames.Frames} encrypted parts that were changed since they were signed"),
                _ => content,
            };
        }
    }

    private static async Task<StructureResult> TestContentAsync(EncryptedFrames frames, CancellationToken cancellationToken)
    {
        try
        {
            await ZipTest.RunForwardAsync(frames, Needed, cancellationToken).ConfigureAwait(false);
            return new StructureResult(VerifiedLevel.Contents);
        }
        catch (DamagedException e)
        {
            return new StructureResult(VerifiedLevel.Contents, Damage: $"can be decrypted, but its archive {e.Message}");
        }
        catch (UntestedException e)
        {
            return new StructureResult(VerifiedLevel.Structure, Untested: $"can be decrypted, but its archive {e.Message}");
        }
    }

    private static async Task<StructureResult> TestAsync(Task test)
    {
        await test.ConfigureAwait(false);
        return new StructureResult(VerifiedLevel.Structure);
    }
}
