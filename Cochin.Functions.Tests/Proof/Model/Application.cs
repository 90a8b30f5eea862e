using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Tasks.VerifyBackups;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>What the Django application and people do to the store, and to the reference at the same time.</summary>
internal sealed class Application(World world, Reference reference, CancellationToken cancellationToken)
{
    private static readonly string[] Areas = ["temp", "restore_temp", "uploads"];

    private int operationsBegun;

    public Task DoAsync(Step step) => step.Kind switch
    {
        StepKind.BeginOperation => BeginAsync(step),
        StepKind.Heartbeat => ChangeAsync(step, operation => operation with { LastSign = world.Now }, row => row["HeartbeatAt"] = world.Now),
        StepKind.FinishOperation => FinishAsync(step),
        StepKind.CancelOperation => ChangeAsync(step, operation => operation with { Status = "cancelled" }, row => row["Status"] = "cancelled"),
        StepKind.UploadTemporary => UploadAsync(TemporaryName(step)),
        StepKind.UploadBackup => UploadAsync(BackupName(step)),
        StepKind.DeleteBlob => OnBlobAsync(step, async name =>
        {
            // What a restore reads or writes, the application itself does not delete; a leased blob it can't.
            if (!reference.Blobs[name].IsLeased)
            {
                await Blob(name).DeleteAsync(cancellationToken: cancellationToken);
                reference.Blobs.Remove(name);
            }
        }),
        StepKind.LeaseBlob => OnBlobAsync(step, async name =>
        {
            if (!reference.Blobs[name].IsLeased && Reference.UnitOf(name) is not null)
            {
                await Blob(name).GetBlobLeaseClient().AcquireAsync(BlobLeaseClient.InfiniteLeaseDuration, cancellationToken: cancellationToken);
                reference.Blobs[name] = reference.Blobs[name] with { IsLeased = true };
            }
        }),
        StepKind.ReleaseBlob => OnBlobAsync(step, async name =>
        {
            if (reference.Blobs[name].IsLeased)
            {
                await Blob(name).GetBlobLeaseClient().BreakAsync(TimeSpan.Zero, cancellationToken: cancellationToken);
                reference.Blobs[name] = reference.Blobs[name] with { IsLeased = false };
            }
        }),
        StepKind.PutQuote => PutQuoteAsync(step),
        StepKind.StopQuote => StopQuoteAsync(step),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Not the application's."),
    };

    private async Task BeginAsync(Step step)
    {
        var number = ++operationsBegun;
        var id = (number % 3) switch { 0 => $"{number}", 1 => $"b-{number}", _ => $"r_{number}.x" };
        var isBackup = step.A % 2 == 0;
        var workPath = isBackup ? null : (step.B % 8) switch
        {
            < 4 => $"{Areas[step.C % Areas.Length]}/folder{step.B % 3}{(step.C % 2 == 0 ? "/" : "")}",
            4 or 5 => $"restore_temp/restore_{id}/part",
            6 when step.C % 3 == 0 => "uploads/",
            _ => null,
        };
        var blobName = isBackup && step.B % 2 == 0 ? $"storage/daily/{id}.zip" : null;
        var status = step.C % 3 == 0 ? "pending" : "running";
        var backups = reference.Operations.Values.Where(known => known.Kind == "backup").Select(known => known.Id).Order(StringComparer.Ordinal).ToList();
        var operation = new ModelOperation(isBackup ? "backup" : "restore", id, status, world.Now, workPath, blobName)
        {
            CreatedAt = world.Now,
            CreatedBy = "7",
            BackupId = isBackup || backups.Count == 0 || step.C % 2 == 0 ? null : backups[step.C % backups.Count],
            IsProtected = isBackup && step.C % 7 == 0,
        };
        await world.Storage.Operations.AddEntityAsync(
            new TableEntity(operation.Kind, id)
            {
                ["Name"] = id,
                ["Status"] = status,
                ["Type"] = "full",
                ["CreatedAt"] = world.Now,
                ["WorkPath"] = workPath,
                ["BlobName"] = blobName,
                ["CreatedBy"] = "7",
                ["BackupId"] = operation.BackupId,
                ["Protected"] = operation.IsProtected ? true : null,
            },
            cancellationToken);
        reference.Operations[$"{operation.Kind}/{id}"] = operation;
    }

    private async Task FinishAsync(Step step)
    {
        if (Live(step) is not { } operation)
        {
            return;
        }

        var blobName = operation.Kind == "backup" ? $"storage/daily/{operation.Id}.zip" : null;
        if (blobName is not null && step.B % 3 != 0)
        {
            await UploadAsync(blobName);
        }

        await ChangeAsync(
            step,
            found => found with { Status = "completed", BlobName = blobName, CompletedAt = world.Now },
            row => (row["Status"], row["BlobName"], row["CompletedAt"]) = ("completed", blobName, world.Now));
    }

    private async Task ChangeAsync(Step step, Func<ModelOperation, ModelOperation> change, Action<TableEntity> write)
    {
        if (Live(step) is { } operation)
        {
            var row = new TableEntity(operation.Kind, operation.Id);
            write(row);
            await world.Storage.Operations.UpdateEntityAsync(row, Azure.ETag.All, TableUpdateMode.Merge, cancellationToken);
            reference.Operations[$"{operation.Kind}/{operation.Id}"] = change(operation);
        }
    }

    private ModelOperation? Live(Step step)
    {
        var live = reference.Operations.Values.Where(operation => operation.IsLive).ToList();
        return live.Count == 0 ? null : live[step.A % live.Count];
    }

    private string TemporaryName(Step step)
    {
        var area = Areas[step.A % Areas.Length];
        var known = reference.Operations.Values.Select(operation => operation.Id).DefaultIfEmpty("none").ToList();
        var id = known[step.C % known.Count];
        var works = reference.Operations.Values
            .Where(operation => operation.IsLive)
            .Select(operation => operation.WorkPath?.TrimEnd('/'))
            .OfType<string>().ToList();
        return (step.B % 7) switch
        {
            0 => $"{area}/f{step.C % 3}.tmp",
            1 or 2 => $"{area}/folder{step.C % 3}/a.bin",
            3 => $"{area}/folder{step.C % 3}/b.bin",
            4 when step.C % 2 == 0 => $"{area}/part-{id}.bin",
            4 => $"{area}/restore_{id}/data.bin",
            _ => $"{(works.Count == 0 ? area : works[step.C % works.Count])}/data.bin",
        };
    }

    private string BackupName(Step step)
    {
        var claimed = reference.Operations.Values.Select(operation => operation.BlobName).OfType<string>().DefaultIfEmpty("storage/daily/o9.zip").ToList();
        return (step.A % 6) switch
        {
            0 => "storage/daily/notes.txt",
            1 or 2 => claimed[step.B % claimed.Count],
            3 => $"storage/weekly/w{step.B % 2}.encrypted",
            _ => $"storage/daily/o{step.B % 4}.zip",
        };
    }

    private async Task UploadAsync(string name)
    {
        if (reference.Blobs.GetValueOrDefault(name)?.IsLeased is true)
        {
            return;
        }

        // Every other backup is what its name says.
        var text = string.Create(CultureInfo.InvariantCulture, $"{name} {world.Now:O}");
        var isSound = name.EndsWith(".zip", StringComparison.Ordinal) && world.Now.Second % 2 == 0;
        var content = isSound ? TestData.Zip(("database.sql", Encoding.UTF8.GetBytes(text))) : Encoding.UTF8.GetBytes(text);
        var written = await Blob(name).UploadAsync(BinaryData.FromBytes(content), new BlobUploadOptions(), cancellationToken);
        reference.Blobs[name] = new ModelBlob(written.Value.LastModified, written.Value.ETag.ToString("H")) { Bytes = content.Length };
        reference.Contents[reference.Blobs[name].ETag] = (Convert.ToHexStringLower(SHA256.HashData(content)), isSound);
    }

    private async Task OnBlobAsync(Step step, Func<string, Task> what)
    {
        if (reference.Blobs.Count > 0)
        {
            await what(reference.Blobs.Keys.Order().ElementAt(step.A % reference.Blobs.Count));
        }
    }

    private async Task PutQuoteAsync(Step step)
    {
        var number = $"D-{step.A % 4}";
        var (start, end) = (Date(step.B % 14 - 10), step.C % 5 == 0 ? null : Date(step.C % 14 - 9));
        await world.Storage.Devis.UpsertEntityAsync(
            new TableEntity("devis", number) { ["Montant"] = "1234.56", ["Statut"] = true, ["DateDebut"] = start, ["DateRendu"] = end ?? "" },
            TableUpdateMode.Merge,
            cancellationToken);
        var before = reference.Quotes.GetValueOrDefault(number);
        reference.Quotes[number] = new ModelQuote(true, start, end, before?.StartAnnounced, before?.EndAnnounced);
    }

    private async Task StopQuoteAsync(Step step)
    {
        if (reference.Quotes.Count > 0)
        {
            var number = reference.Quotes.Keys.Order().ElementAt(step.A % reference.Quotes.Count);
            await world.Storage.Devis.UpdateEntityAsync(
                new TableEntity("devis", number) { ["Statut"] = false },
                Azure.ETag.All,
                TableUpdateMode.Merge,
                cancellationToken);
            reference.Quotes[number] = reference.Quotes[number] with { IsActive = false };
        }
    }

    private string Date(int days) => world.Now.UtcDateTime.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private Azure.Storage.Blobs.BlobClient Blob(string name) => world.Storage.Backups.GetBlobClient(name);
}
