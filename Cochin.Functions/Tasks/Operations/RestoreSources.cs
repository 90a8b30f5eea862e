using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tasks.Operations;

/// <summary>A backup that a restore in progress reads.</summary>
/// <param name="Id">Its id as the restore has it.</param>
/// <param name="Restore">The first restore that reads it.</param>
/// <param name="Rows">The rows that the id may mean; empty if there is none.</param>
internal sealed record RestoreSource(string Id, string Restore, IReadOnlyList<Operation> Rows);

/// <summary>The backups that restores in progress read.</summary>
internal sealed class RestoreSources
{
    // One program writes 42, another one django-42.
    private const string DjangoPrefix = "django-";

    private const string TargetPrefix = OperationKind.Backup + "/";

    // The ids of the backups, each with the first restore that reads it.
    private readonly Dictionary<string, string> restores = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the backup that a restore reads.</summary>
    /// <returns>False if its <c>BackupId</c> is missing or can't be read.</returns>
    public bool TryAdd(Operation restore)
    {
        var written = restore.BackupId?.Trim() ?? "";
        var id = written.StartsWith(TargetPrefix, StringComparison.OrdinalIgnoreCase) ? written[TargetPrefix.Length..] : written;
        if (id.Length == 0)
        {
            return false;
        }

        restores.TryAdd(id, $"{restore.Kind}/{restore.Id}");
        return true;
    }

    /// <summary>Whether a restore reads the backup with this id.</summary>
    public bool Contains(string id) => restores.Keys.Any(source => IsSame(source, id));

    /// <summary>Whether two ids mean the same backup.</summary>
    public static bool IsSame(string one, string other) => WithoutPrefix(one).Equals(WithoutPrefix(other), StringComparison.OrdinalIgnoreCase);

    /// <summary>The id of a backup without the prefix that <c>sync_django</c> adds.</summary>
    public static string WithoutPrefix(string id) => id.StartsWith(DjangoPrefix, StringComparison.OrdinalIgnoreCase) ? id[DjangoPrefix.Length..] : id;

    /// <summary>Reads the rows of the backups, whatever their status.</summary>
    /// <param name="known">The ids of backups whose rows are not needed.</param>
    /// <exception cref="Azure.RequestFailedException">A row can't be read.</exception>
    public async IAsyncEnumerable<RestoreSource> FindAsync(
        TableClient operations, IReadOnlyCollection<string> known, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (source, restore) in restores.Where(source => !known.Contains(source.Key)))
        {
            var rows = new List<Operation>();
            string[] spellings = [source, WithoutPrefix(source), DjangoPrefix + WithoutPrefix(source)];
            foreach (var id in spellings.Distinct().Except(known))
            {
                if (await operations.FindWrittenAsync(OperationKind.Backup, id, cancellationToken).ConfigureAwait(false) is { } row)
                {
                    rows.Add(Operation.From(row));
                }
            }

            yield return new RestoreSource(source, restore, rows);
        }
    }
}
