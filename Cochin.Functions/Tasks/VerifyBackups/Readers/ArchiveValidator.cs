namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>How thoroughly a backup was verified. The names are written to storage.</summary>
internal enum VerifiedLevel
{
    /// <summary>The checksum and size of the file.</summary>
    Checksum,

    /// <summary>In addition, the structure of the archive.</summary>
    Structure,

    /// <summary>In addition, the decrypted contents of an encrypted backup.</summary>
    Contents,
}

/// <summary>The result of validating an archive.</summary>
/// <param name="Level">The level that was reached.</param>
/// <param name="Damage">The damage, as a phrase that follows "the backup"; null if there is none.</param>
/// <param name="Untested">What could not be validated and why, as such a phrase; null if everything was.</param>
/// <param name="IsLocked">The archive is encrypted and its frames are valid, but none can be decrypted with the key.</param>
internal sealed record StructureResult(VerifiedLevel Level, string? Damage = null, string? Untested = null, bool IsLocked = false);

/// <summary>Validates the archive of a backup, according to its file name extension.</summary>
/// <param name="openSeekable">Opens a seekable stream with the same bytes, for formats with a directory at the end.</param>
internal sealed class ArchiveValidator(Func<CancellationToken, Task<Stream>> openSeekable)
{
    private static readonly ulong[] ExpectedEntries = [ZipEntry.HashOf("metadata.json"u8), ZipEntry.HashOf("database.sql"u8)];

    private static readonly (string Ending, Func<ArchiveValidator, Stream, FernetKey?, CancellationToken, Task<StructureResult>> Validate)[] Validators =
    [
        (".zip", (validator, stream, _, token) => validator.ValidateZipAsync(stream, token)),
        (".tar.gz", (_, stream, _, token) => ValidateGzipAsync(stream, TarValidator.ValidateAsync, token)),
        (".tgz", (_, stream, _, token) => ValidateGzipAsync(stream, TarValidator.ValidateAsync, token)),
        (".json.gz", (_, stream, _, token) => ValidateGzipAsync(stream, JsonValidator.ValidateAsync, token)),
        (".gz", (_, stream, _, token) => ValidateGzipAsync(stream, static (_, _) => Task.CompletedTask, token)),
        (".tar", (_, stream, _, token) => CompleteAsync(TarValidator.ValidateAsync(stream, token))),
        (".json", (_, stream, _, token) => CompleteAsync(JsonValidator.ValidateAsync(stream, token))),
        (".encrypted", (_, stream, key, token) => ValidateEncryptedAsync(stream, key, token)),
    ];

    /// <summary>Whether a backup with this name was encrypted by the application.</summary>
    public static bool IsEncrypted(string name) => name.EndsWith(".encrypted", StringComparison.OrdinalIgnoreCase);

    /// <summary>Validates a stream. May leave a part of it unread.</summary>
    /// <param name="key">The key of an encrypted backup; null if unknown.</param>
    /// <returns>
    /// The level is <see cref="VerifiedLevel.Checksum"/> if the format is not supported. Storage errors are not caught.
    /// </returns>
    public async Task<StructureResult> ValidateAsync(string name, Stream stream, FernetKey? key, CancellationToken cancellationToken)
    {
        var validate = Array.Find(Validators, entry => name.EndsWith(entry.Ending, StringComparison.OrdinalIgnoreCase)).Validate;
        try
        {
            return validate is null ? new StructureResult(VerifiedLevel.Checksum) : await validate(this, stream, key, cancellationToken).ConfigureAwait(false);
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

    private async Task<StructureResult> ValidateZipAsync(Stream stream, CancellationToken cancellationToken)
    {
        List<ZipEntry> entries;
        var seekable = await openSeekable(cancellationToken).ConfigureAwait(false);
        await using (seekable.ConfigureAwait(false))
        {
            entries = await ZipDirectory.ReadAsync(seekable, cancellationToken).ConfigureAwait(false);
        }

        if (entries.TrueForAll(entry => entry.Unpacked == 0))
        {
            throw new DamagedException(entries.Count == 0 ? "is a zip archive without entries" : "is a zip archive without content");
        }

        return await CompleteAsync(ZipValidator.ValidateAsync(stream, entries, cancellationToken)).ConfigureAwait(false);
    }

    private static async Task<StructureResult> ValidateGzipAsync(
        Stream stream,
        Func<Stream, CancellationToken, Task> validate,
        CancellationToken cancellationToken)
    {
        var content = new GzipContent(stream);
        await using (content.ConfigureAwait(false))
        {
            UntestedException? untested = null;
            try
            {
                await validate(content, cancellationToken).ConfigureAwait(false);
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

    private static async Task<StructureResult> ValidateEncryptedAsync(Stream stream, FernetKey? key, CancellationToken cancellationToken)
    {
        var frames = new EncryptedFrames(stream, key);
        await using (frames.ConfigureAwait(false))
        {
            StructureResult? content = null;
            if (key is not null)
            {
                content = await ValidateContentAsync(frames, cancellationToken).ConfigureAwait(false);
            }

            await frames.EndAsync(cancellationToken).ConfigureAwait(false);
            return frames switch
            {
                _ when content is null || frames.HasSalt => new StructureResult(VerifiedLevel.Structure),
                { Opened: 0 } => new StructureResult(VerifiedLevel.Structure, IsLocked: true),
                _ when frames.Opened < frames.Frames => new StructureResult(
                    VerifiedLevel.Contents,
                    Damage: $"has {frames.Frames - frames.Opened} of {frames.Frames} encrypted frames that were modified after they were signed"),
                _ => content,
            };
        }
    }

    private static async Task<StructureResult> ValidateContentAsync(EncryptedFrames frames, CancellationToken cancellationToken)
    {
        try
        {
            await ZipValidator.ValidateForwardAsync(frames, ExpectedEntries, cancellationToken).ConfigureAwait(false);
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

    private static async Task<StructureResult> CompleteAsync(Task validation)
    {
        await validation.ConfigureAwait(false);
        return new StructureResult(VerifiedLevel.Structure);
    }
}
