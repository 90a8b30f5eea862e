using Microsoft.Data.Sqlite;

namespace Cochin.Functions.Tasks.SyncDjango.Source;

/// <summary>The tables and columns of the application that are read.</summary>
internal static class DjangoSchema
{
    private static readonly (string Table, string[] Columns)[] Needed =
    [
        (
            "backup_manager_backuphistory",
            [
                "id", "backup_name", "status", "backup_type", "file_path", "file_size", "checksum", "started_at", "completed_at", "created_at",
                "error_message", "configuration_id", "created_by_id",
            ]),
        (
            "backup_manager_restorehistory",
            [
                "id", "restore_name", "restore_type", "status", "started_at", "completed_at", "created_at", "error_message", "backup_source_id",
                "created_by_id",
            ]),
        (
            "backup_manager_externalrestoration",
            ["id", "restoration_name", "status", "started_at", "completed_at", "created_at", "error_message", "created_by_id"]),
        ("backup_manager_backupconfiguration", ["id", "name", "backup_type", "frequency", "is_active", "retention_days"]),
        ("authentication_user", ["id", "username"]),
        ("database_dynamictable", ["id", "slug"]),
        ("database_dynamicfield", ["id", "slug", "table_id"]),
        ("database_dynamicrecord", ["id", "is_active", "created_at", "discord_start_notified", "discord_end_notified", "table_id"]),
        ("database_dynamicvalue", ["value", "field_id", "record_id"]),
    ];

    /// <summary>Finds tables and columns that are absent.</summary>
    /// <returns>All of them, as phrases; empty if the database can be read.</returns>
    public static IReadOnlyList<string> FindAbsent(SqliteConnection connection)
    {
        var absent = new List<string>();
        foreach (var (table, columns) in Needed)
        {
            var known = ColumnsOf(connection, table);
            var missing = columns.Where(column => !known.Contains(column)).ToList();
            if (known.Count == 0)
            {
                absent.Add($"the table {table}");
            }
            else if (missing.Count > 0)
            {
                absent.Add($"{string.Join(", ", missing)} in {table}");
            }
        }

        return absent;
    }

    /// <summary>Whether none of the tables is there, so that it is the database of another program.</summary>
    public static bool IsOfAnotherProgram(SqliteConnection connection) => Needed.All(table => ColumnsOf(connection, table.Table).Count == 0);

    private static HashSet<string> ColumnsOf(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name FROM pragma_table_info($table)";
        command.Parameters.AddWithValue("$table", table);
        using var reader = command.ExecuteReader();
        var columns = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }
}
