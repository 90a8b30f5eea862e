using Azure.Data.Tables;
using CsCheck;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Random operations and quotes with hostile keys and values, in all columns and types.</summary>
internal static class HostileRows
{
    private static readonly string[] OperationColumns =
    [
        "Name", "Status", "Type", "Configuration", "BlobName", "SizeBytes", "Sha256", "CreatedAt", "StartedAt", "HeartbeatAt",
        "CompletedAt", "ErrorMessage", "WorkPath", "BackupId", "CreatedBy", "KeyOwner", "VerifiedAt", "VerifiedLevel", "VerifiedETag",
        "Damage", "DamagedAt",
    ];

    private static readonly string[] DevisColumns =
    [
        "Numero", "Montant", "Statut", "DateDebut", "DateRendu", "AgentPlateforme", "StartNotifiedFor", "EndNotifiedFor",
    ];

    private static readonly string[] Statuses = ["pending", "running", "completed", "failed", "file_missing"];

    /// <param name="today">In Paris; some of the quotes begin on this day.</param>
    public static IReadOnlyList<TableEntity> Generate(string today)
    {
        var rows = new List<TableEntity>();
        var operation = Gen.Select(
            Hostile.OneOf("backup", "backup", "restore", "back'up"),
            Hostile.Key,
            Hostile.Value.Array[OperationColumns.Length],
            Hostile.OneOf(Statuses),
            Gen.Bool)
            .Select((kind, id, values, status, isOld) => Row(kind, id, OperationColumns, values, row =>
            {
                row["Status"] = status;
                row["CreatedAt"] = isOld ? new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) : row["CreatedAt"];
            }));
        var devis = Gen.Select(Hostile.Key, Hostile.Value.Array[DevisColumns.Length], Gen.Int[0, 3])
            .Select((number, values, luck) => Row("devis", number, DevisColumns, values, row =>
            {
                row["Statut"] = luck > 0 ? true : row["Statut"];
                row["DateDebut"] = luck > 1 ? today : row["DateDebut"];
            }));
        Gen.OneOf(operation, devis).Sample(rows.Add, iter: 60, threads: 1);
        return rows;
    }

    private static TableEntity Row(string partition, string key, string[] columns, object?[] values, Action<TableEntity> more)
    {
        var row = new TableEntity(partition, key);
        foreach (var (column, value) in columns.Zip(values))
        {
            row[column] = value;
        }

        more(row);
        return row;
    }
}
