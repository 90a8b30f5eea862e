using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>An installation of the application in a temporary folder: a database with its tables, and a backups folder.</summary>
internal sealed class DjangoInstallation : IDisposable
{
    public const string Root = "/app/backups";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-test-django-");
    private readonly SqliteConnection connection;
    private long quotesTable;

    public DjangoInstallation(bool isWal = false)
    {
        Directory.CreateDirectory(Path.Combine(Backups, "storage"));
        Directory.CreateDirectory(DatabaseFolder);
        connection = Open(Database);
        Execute($"PRAGMA journal_mode = {(isWal ? "WAL" : "DELETE")}");
        foreach (var statement in DjangoTables.All)
        {
            Execute(statement);
        }

        Insert("authentication_user", ("id", 1), ("username", "admin"));
        Insert("authentication_user", ("id", 2), ("username", "système"));
        AddQuoteFields(DjangoTables.QuoteFields);
    }

    public string DatabaseFolder => Path.Combine(folder.FullName, "data");

    public string Database => Path.Combine(DatabaseFolder, "db.sqlite3");

    public string Backups => Path.Combine(folder.FullName, "backups");

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    public void Execute(string statement, params (string Name, object? Value)[] parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        command.ExecuteNonQuery();
    }

    public void Insert(string table, params (string Column, object? Value)[] values) => Execute(
        $"INSERT INTO {table} ({string.Join(", ", values.Select(value => value.Column))}) VALUES ({string.Join(", ", values.Select((_, i) => $"$p{i}"))})",
        [.. values.Select((value, i) => ($"$p{i}", value.Value))]);

    public void AddConfiguration(
        long id, string name, string frequency = "daily", object? days = null, object? active = null, long user = 1, string type = "full") => Insert(
        "backup_manager_backupconfiguration",
        ("id", id), ("name", name), ("backup_type", type), ("frequency", frequency), ("is_active", active ?? 1L), ("retention_days", days ?? 30L),
        ("created_by_id", user));

    /// <summary>Adds a completed backup of <c>/app/backups/storage/prod/{id}.zip</c>, without its file.</summary>
    public void AddBackup(long id, params (string Column, object? Value)[] changes) => Insert(
        "backup_manager_backuphistory",
        Merge(
            [
                ("id", id), ("backup_name", $"backup {id}"), ("status", "completed"), ("backup_type", "full"), ("file_path", $"{Root}/storage/prod/{id}.zip"),
                ("file_size", null), ("checksum", ""), ("started_at", "2026-11-28 03:00:02.104000"), ("completed_at", "2026-11-28 03:00:43"),
                ("created_at", "2026-11-28 03:00:02.104000"), ("error_message", ""), ("configuration_id", null), ("created_by_id", 2L),
            ],
            changes));

    /// <summary>Adds a completed backup with its file, size and checksum.</summary>
    public void AddBackupWithFile(long id, params (string Column, object? Value)[] changes)
    {
        var content = WriteFile($"storage/prod/{id}.zip", $"content {id}");
        AddBackup(id, Merge([("file_size", content.Size), ("checksum", content.Sha256)], changes));
    }

    public void AddRestore(long id, long backup, params (string Column, object? Value)[] changes) => Insert(
        "backup_manager_restorehistory",
        Merge(
            [
                ("id", id), ("restore_name", $"restore {id}"), ("restore_type", "full"), ("status", "completed"), ("started_at", "2026-11-28 14:02:00"),
                ("completed_at", "2026-11-28 14:03:10"), ("created_at", "2026-11-28 14:02:00"), ("error_message", ""), ("backup_source_id", backup),
                ("created_by_id", 1L),
            ],
            changes));

    public void AddExternal(long id, string status) => Insert(
        "backup_manager_externalrestoration",
        ("id", id), ("restoration_name", $"site {id}"), ("status", status), ("started_at", "2026-11-29 10:15:00"), ("completed_at", null),
        ("created_at", "2026-11-29 10:15:00"), ("error_message", ""), ("created_by_id", 1L));

    /// <summary>Adds an active quote.</summary>
    /// <param name="values">Values of further or other fields, by slug. A null value is no value at all.</param>
    public void AddQuote(long id, string number, params (string Field, object? Value)[] values) => AddRecord(id, 1, false, false,
        [
            .. Merge(
                [
                    ("numero_devis", number), ("montant", "980.5"), ("statut", "True"), ("date_debut", "2026-11-30"), ("date_rendu", "2026-12-15"),
                    ("agent_plateforme", "Agence Nord"),
                ],
                values),
        ]);

    public void AddRecord(long id, long active, bool startSent, bool endSent, IReadOnlyList<(string Field, object? Value)> values)
    {
        Insert(
            "database_dynamicrecord",
            ("id", id), ("created_at", "2026-11-10 09:00:00"), ("is_active", active), ("discord_start_notified", startSent),
            ("discord_end_notified", endSent), ("table_id", quotesTable));
        foreach (var (field, value) in values.Where(value => value.Value is not null))
        {
            Execute(
                """
                INSERT INTO database_dynamicvalue (value, field_id, record_id)
                SELECT $value, id, $record FROM database_dynamicfield WHERE slug = $slug AND table_id = $table
                """,
                ("$value", value), ("$record", id), ("$slug", field), ("$table", quotesTable));
        }
    }

    public void SetQuote(long id, string field, string value) => Execute(
        """
        UPDATE database_dynamicvalue SET value = $value
        WHERE record_id = $id AND field_id = (SELECT id FROM database_dynamicfield WHERE slug = $slug AND table_id = $table)
        """,
        ("$value", value), ("$id", id), ("$slug", field), ("$table", quotesTable));

    /// <summary>Writes a file below the backups folder.</summary>
    public (long Size, string Sha256) WriteFile(string name, string content)
    {
        var path = Path.Combine(Backups, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
        return (new FileInfo(path).Length, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))));
    }

    /// <summary>The names, sizes and times of all files next to the database, and of the database.</summary>
    public string[] Look() =>
    [
        .. new DirectoryInfo(DatabaseFolder).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => $"{file.Name} {file.Length} {file.LastWriteTimeUtc:O}"),
    ];

    /// <summary>Ends the application's connection, so that SQLite removes what it keeps next to the database.</summary>
    public void Close() => connection.Dispose();

    public void Dispose()
    {
        connection.Dispose();
        folder.Delete(recursive: true);
    }

    private static (string Column, object? Value)[] Merge((string Column, object? Value)[] defaults, (string Column, object? Value)[] changes) =>
    [
        .. defaults.Where(one => !Array.Exists(changes, change => change.Column == one.Column)), .. changes,
    ];

    // The table of another subject comes first, so that an id is never that of the quotes by chance.
    private void AddQuoteFields(IReadOnlyList<string> slugs)
    {
        Insert("database_dynamictable", ("id", 4L), ("slug", "projet"));
        Insert("database_dynamicfield", ("id", 14L), ("slug", "statut"), ("table_id", 4L));
        quotesTable = 5;
        Insert("database_dynamictable", ("id", quotesTable), ("slug", "devis"));
        for (var i = 0; i < slugs.Count; i++)
        {
            Insert("database_dynamicfield", ("id", 20L + i), ("slug", slugs[i]), ("table_id", quotesTable));
        }
    }
}
