using Microsoft.Data.Sqlite;

namespace Cochin.Functions.Tasks.SyncDjango.Source;

/// <summary>
/// Makes a consistent copy of a SQLite database, also while another program writes to it, and writes nothing next to it. In WAL mode, SQLite creates
/// two files next to a database that no other program has open, and can't delete them with read-only access, so the files are copied in that case.
/// </summary>
internal static class DatabaseCopy
{
    private const string Wal = "-wal";
    private const string SharedMemory = "-shm";
    private const string Journal = "-journal";
    private const int CopyAttempts = 10;
    private const int BusyMilliseconds = 10_000;

    // https://www.sqlite.org/fileformat2.html: the header has 100 bytes; bytes 18 and 19 are 2 in WAL mode.
    private const int HeaderLength = 100, WriteVersion = 18, ReadVersion = 19, WalVersion = 2;

    // https://www.sqlite.org/rescode.html
    private const int Busy = 5, Locked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13, CantOpen = 14, NotADatabase = 26;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    /// <returns>The path of the copy in the folder.</returns>
    /// <exception cref="SourceException">There is no such database, or it can't be read.</exception>
    public static async Task<string> CreateAsync(string database, PrivateFolder folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var source = Path.GetFullPath(database);
        var copy = Path.Combine(folder.Path, "db.sqlite3");
        var isWal = ReadIsWal(source);
        if (!isWal || (File.Exists(source + Wal) && File.Exists(source + SharedMemory)))
        {
            try
            {
                await Task.Run(() => BackUp(source, copy), cancellationToken).ConfigureAwait(false);
                return copy;
            }
            catch (SqliteException e) when (e.SqliteErrorCode is CantOpen or ReadOnly or IoError)
            {
                // In a read-only folder, SQLite can't always read a WAL or roll back what a killed program left. In the copy, it can.
                File.Delete(copy);
            }
            catch (SqliteException e)
            {
                throw Explain(e, source);
            }
        }

        await CopyFilesAsync(source, copy, time, cancellationToken).ConfigureAwait(false);
        return copy;
    }

    /// <summary>Explains an error of SQLite while the copy of a database is read.</summary>
    public static SourceException Explain(SqliteException e, string database) => e.SqliteErrorCode switch
    {
        Busy or Locked => new($"The database '{database}' is locked by another program. Try again when its write has ended.", e),
        Corrupt => new($"The database '{database}' is damaged or truncated ({e.Message}). Check it with `sqlite3 FILE 'pragma integrity_check'`.", e),
        NotADatabase => NotSqlite(database, e),
        Full => new($"There is no space for a copy of the database '{database}' in {Path.GetTempPath()}. Set TMPDIR to another folder.", e),
        _ => new($"The database '{database}' can't be read: {e.Message}. Check the file and its permissions.", e),
    };

    private static bool ReadIsWal(string database)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        try
        {
            using var file = Open(database);
            var length = file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
            return length == 0 ? throw new SourceException($"The database '{database}' is empty. Check {DjangoSettings.DatabaseSetting} or --database.")
                : length < HeaderLength || !header.StartsWith("SQLite format 3\0"u8) ? throw NotSqlite(database)
                : header[WriteVersion] == WalVersion || header[ReadVersion] == WalVersion;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SourceException($"There is no file '{database}'. Check {DjangoSettings.DatabaseSetting} or --database.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new SourceException($"'{database}' is not a file that can be read. Check the path and the permissions.", e);
        }
        catch (IOException e)
        {
            throw new SourceException($"The database '{database}' can't be read: {e.Message}", e);
        }
    }

    private static SourceException NotSqlite(string database, Exception? e = null) =>
        new($"'{database}' is not a SQLite database. Check {DjangoSettings.DatabaseSetting} or --database.", e);

    private static void BackUp(string source, string copy)
    {
        using var from = Connect(source, SqliteOpenMode.ReadOnly);
        using var to = Connect(copy, SqliteOpenMode.ReadWriteCreate);
        from.BackupDatabase(to);
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"PRAGMA busy_timeout = {BusyMilliseconds}; PRAGMA synchronous = OFF";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Copies the files of the database until none of them changed meanwhile.</summary>
    private static async Task CopyFilesAsync(string source, string copy, TimeProvider time, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < CopyAttempts; attempt++)
        {
            try
            {
                var before = Stamps(source);
                foreach (var ending in new[] { "", Wal, Journal })
                {
                    File.Delete(copy + ending);
                    await CopyFileAsync(source + ending, copy + ending, cancellationToken).ConfigureAwait(false);
                }

                if (before.SequenceEqual(Stamps(source)) && File.Exists(copy))
                {
                    return;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new SourceException($"The database '{source}' can't be copied to {Path.GetTempPath()}: {e.Message}", e);
            }

            await Task.Delay(RetryDelay, time, cancellationToken).ConfigureAwait(false);
        }

        throw new SourceException($"The database '{source}' changed each time it was copied. Try again when the application writes less.");
    }

    private static async Task CopyFileAsync(string source, string copy, CancellationToken cancellationToken)
    {
        try
        {
            var from = Open(source);
            await using (from.ConfigureAwait(false))
            {
                var to = new FileStream(copy, FileMode.CreateNew, FileAccess.Write);
                await using (to.ConfigureAwait(false))
                {
                    await from.CopyToAsync(to, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (FileNotFoundException)
        {
            // There is no journal.
        }
    }

    private static (long Length, DateTime ChangedAt)[] Stamps(string source) =>
    [
        .. new[] { "", Wal, Journal }
            .Select(ending => new FileInfo(source + ending))
            .Select(file => (file.Exists ? file.Length : -1, file.LastWriteTimeUtc)),
    ];

    private static FileStream Open(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
