namespace Cochin.Functions.Tasks.SyncDjango;

internal sealed record SyncDjangoOptions : TaskOptions
{
    public override string Task => SyncDjangoDescription.Name;

    /// <summary>The application's SQLite database; null for the one in the settings.</summary>
    public string? Database { get; init; }

    /// <summary>The application's backups folder; null for the one in the settings.</summary>
    public string? Backups { get; init; }

    /// <summary>What the absolute paths in the database begin with; null for the one in the settings.</summary>
    public string? PathRoot { get; init; }
}
