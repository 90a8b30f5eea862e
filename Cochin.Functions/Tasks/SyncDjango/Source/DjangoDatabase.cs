using System.Globalization;
using Cochin.Functions.Devis;
using Microsoft.Data.Sqlite;

namespace Cochin.Functions.Tasks.SyncDjango.Source;

/// <summary>
/// A private copy of the application's database. Records are read one by one, in the order of their ids as text, which is also the order of their
/// rows in Table Storage.
/// </summary>
internal sealed class DjangoDatabase : IDisposable
{
    /// <summary>The slug of the dynamic table with the quotes.</summary>
    public const string QuotesSlug = "devis";

    private const string Backups =
        """
        SELECT b.id, b.backup_name, b.status, b.backup_type, b.file_path, b.file_size, b.checksum, b.started_at, b.completed_at, b.created_at,
            b.error_message, c.name AS configuration, b.created_by_id, u.username
        FROM backup_manager_backuphistory b
        LEFT JOIN backup_manager_backupconfiguration c ON c.id = b.configuration_id
        LEFT JOIN authentication_user u ON u.id = b.created_by_id
        ORDER BY CAST(b.id AS TEXT)
        """;

    private const string Restores =
        """
        SELECT id, restore_name, restore_type, status, started_at, completed_at, created_at, error_message, backup_source_id, created_by_id
        FROM backup_manager_restorehistory
        ORDER BY CAST(id AS TEXT)
        """;

    private const string ExternalRestorations =
        """
        SELECT id, restoration_name, status, started_at, completed_at, created_at, error_message, created_by_id
        FROM backup_manager_externalrestoration
        ORDER BY CAST(id AS TEXT)
        """;

    private const string Configurations =
        "SELECT id, name, backup_type, frequency, is_active, retention_days FROM backup_manager_backupconfiguration ORDER BY id";

    private readonly PrivateFolder folder;
    private readonly SqliteConnection connection;
    private readonly string database;

    private DjangoDatabase(PrivateFolder folder, SqliteConnection connection, string database) =>
        (this.folder, this.connection, this.database) = (folder, connection, database);

    /// <summary>Copies a database and checks that it is the application's.</summary>
    /// <exception cref="SourceException">It can't be read, or tables or columns are absent.</exception>
    public static async Task<DjangoDatabase> OpenAsync(string database, TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = new PrivateFolder();
        SqliteConnection? connection = null;
        try
        {
            var copy = await DatabaseCopy.CreateAsync(database, folder, time, cancellationToken).ConfigureAwait(false);
            connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString());
            connection.Open();
            CheckSchema(connection, database);
            return new DjangoDatabase(folder, connection, database);
        }
        catch (Exception e)
        {
            connection?.Dispose();
            folder.Dispose();
            if (e is SqliteException problem)
            {
                throw DatabaseCopy.Explain(problem, database);
            }

            throw;
        }
    }

    public IEnumerable<SourceRecord> ReadBackups() => Read(Backups);

    public IEnumerable<SourceRecord> ReadRestores() => Read(Restores);

    public IEnumerable<SourceRecord> ReadExternalRestorations() => Read(ExternalRestorations);

    public IEnumerable<SourceRecord> ReadConfigurations() => Read(Configurations);

    /// <summary>Finds the table of the quotes and its fields by their slugs.</summary>
    /// <returns>Null if there is no such table.</returns>
    public QuotesTable? FindQuotes()
    {
        var table = Read("SELECT id FROM database_dynamictable WHERE slug = $slug ORDER BY id", ("$slug", QuotesSlug)).FirstOrDefault();
        return table is null ? null : new QuotesTable(
            table.Id,
            Read("SELECT id, slug FROM database_dynamicfield WHERE table_id = $table ORDER BY id DESC", ("$table", table.Id))
                .Where(field => field["slug"] is string slug && DevisFields.All.Contains(slug))
                .GroupBy(field => (string)field["slug"]!)
                .ToDictionary(fields => fields.Key, fields => fields.Last().Id));
    }

    /// <summary>Reads the quotes. The value of each known field is a column named by its slug.</summary>
    public IEnumerable<SourceRecord> ReadQuotes(QuotesTable table)
    {
        var fields = table.Fields.ToList();
        var columns = string.Concat(fields.Select((field, i) => $", v{i}.value AS {field.Key}"));
        var joins = string.Concat(fields.Select((field, i) => string.Create(
            CultureInfo.InvariantCulture, $"\nLEFT JOIN database_dynamicvalue v{i} ON v{i}.record_id = r.id AND v{i}.field_id = {field.Value}")));
        return Read(
            $"""
            SELECT r.id, r.is_active, r.created_at, r.discord_start_notified, r.discord_end_notified{columns}
            FROM database_dynamicrecord r{joins}
            WHERE r.table_id = $table
            ORDER BY CAST(r.id AS TEXT)
            """,
            ("$table", table.Id));
    }

    /// <summary>Finds numbers that several active quotes have, with the ids of their records.</summary>
    public IEnumerable<(string Number, string Records)> FindDuplicateNumbers(QuotesTable table)
    {
        if (!table.Fields.TryGetValue(DevisFields.Number, out var field))
        {
            return [];
        }

        return Read(
            """
            SELECT min(r.id) AS id, trim(v.value) AS number, group_concat(r.id, ', ') AS records
            FROM database_dynamicrecord r
            JOIN database_dynamicvalue v ON v.record_id = r.id AND v.field_id = $field
            WHERE r.table_id = $table AND r.is_active AND trim(v.value) <> ''
            GROUP BY trim(v.value) HAVING count(DISTINCT r.id) > 1
            ORDER BY min(r.id)
            """,
            ("$field", field),
            ("$table", table.Id)).Select(group => ((string)group["number"]!, (string)group["records"]!));
    }

    /// <summary>Reads the numbers of the active records.</summary>
    public IEnumerable<SourceRecord> ReadActiveNumbers(QuotesTable table) => !table.Fields.TryGetValue(DevisFields.Number, out var field) ? [] : Read(
        $"""
        SELECT r.id, v.value AS {DevisFields.Number}
        FROM database_dynamicrecord r
        JOIN database_dynamicvalue v ON v.record_id = r.id AND v.field_id = $field
        WHERE r.table_id = $table AND r.is_active
        """,
        ("$field", field),
        ("$table", table.Id));

    public void Dispose()
    {
        connection.Dispose();
        folder.Dispose();
    }

    private static void CheckSchema(SqliteConnection connection, string database)
    {
        var absent = DjangoSchema.FindAbsent(connection);
        if (DjangoSchema.IsOfAnotherProgram(connection))
        {
            throw new SourceException(
                $"'{database}' is a SQLite database, but not that of the Django application: it has none of its tables. "
                + $"Check {DjangoSettings.DatabaseSetting} or --database.");
        }

        if (absent.Count > 0)
        {
            throw new SourceException(
                $"The database '{database}' is of another version of the Django application. It has not: {string.Join("; ", absent)}. "
                + "Update the application, or use the version of this program that fits it. Nothing was copied.");
        }
    }

    private IEnumerable<SourceRecord> Read(string query, params (string Name, object Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        using var reader = Explained(command.ExecuteReader);
        while (Explained(reader.Read))
        {
            var values = new Dictionary<string, object?>(reader.FieldCount);
            for (var i = 0; i < reader.FieldCount; i++)
            {
                values[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            yield return new SourceRecord(values);
        }
    }

    private T Explained<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException e)
        {
            throw DatabaseCopy.Explain(e, database);
        }
    }
}

/// <summary>The dynamic table of the quotes.</summary>
/// <param name="Fields">The ids of the known fields, by slug. A field that is absent has no entry.</param>
internal sealed record QuotesTable(long Id, IReadOnlyDictionary<string, long> Fields);
