namespace Cochin.Functions.Tests.Tasks.SyncDjango;

/// <summary>The application's tables, as far as they are read, and two that are not.</summary>
internal static class DjangoTables
{
    public static IReadOnlyList<string> QuoteFields { get; } = ["numero_devis", "montant", "statut", "date_debut", "date_rendu", "agent_plateforme"];

    public static IReadOnlyList<string> All { get; } =
    [
        "CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255))",
        "CREATE TABLE authentication_user (id integer PRIMARY KEY, username varchar(150), password varchar(128))",
        """
        CREATE TABLE backup_manager_backupconfiguration (id integer PRIMARY KEY, name varchar(100), backup_type varchar(20), frequency varchar(20),
            is_active bool, retention_days integer unsigned, created_by_id bigint)
        """,
        """
        CREATE TABLE backup_manager_backuphistory (id integer PRIMARY KEY, backup_name varchar(200), status varchar(20), backup_type varchar(20),
            file_path varchar(500), file_size bigint, checksum varchar(64), started_at datetime, completed_at datetime, error_message text,
            created_at datetime, configuration_id bigint, created_by_id bigint)
        """,
        """
        CREATE TABLE backup_manager_restorehistory (id integer PRIMARY KEY, restore_name varchar(200), restore_type varchar(20), status varchar(20),
            started_at datetime, completed_at datetime, error_message text, created_at datetime, backup_source_id bigint, created_by_id bigint)
        """,
        """
        CREATE TABLE backup_manager_externalrestoration (id integer PRIMARY KEY, restoration_name varchar(200), status varchar(20), started_at datetime,
            completed_at datetime, error_message text, created_at datetime, created_by_id bigint)
        """,
        "CREATE TABLE database_dynamictable (id integer PRIMARY KEY, slug varchar(64))",
        "CREATE TABLE database_dynamicfield (id integer PRIMARY KEY, slug varchar(64), table_id bigint)",
        """
        CREATE TABLE database_dynamicrecord (id integer PRIMARY KEY, created_at datetime, is_active bool, discord_start_notified bool,
            discord_end_notified bool, table_id bigint)
        """,
        "CREATE TABLE database_dynamicvalue (id integer PRIMARY KEY, value text, field_id bigint, record_id bigint)",
        "CREATE UNIQUE INDEX database_dynamicvalue_record_field ON database_dynamicvalue (record_id, field_id)",
    ];
}
