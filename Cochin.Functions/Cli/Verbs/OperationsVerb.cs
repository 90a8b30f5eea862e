using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;
using Cochin.Functions.Hosting;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Cli.Verbs;

internal static class OperationsVerb
{
    public static Verb Create() => new Verb("operations", "List backups and restores", "operations list --status running").With(CreateList());

    private static Verb CreateList()
    {
        var status = new Option<string?>("--status")
        {
            Description = $"Only operations with this status: {string.Join(", ", OperationStatus.All)}",
            HelpName = "STATUS",
        };
        return new Verb("list", "List backups and restores, newest last", "operations list", "operations list --status file_missing --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
                var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
                var wanted = OperationStatus.Normalise(session.Value(status));
                var isMissing = wanted == OperationStatus.FileMissing;
                var all = storage.Operations.ReadAsync("", cancellationToken: cancellationToken).Select(Operation.From);
                var operations = await all.Where(operation => wanted is null || operation.Status == wanted || (isMissing && operation.HasNoFile))
                    .OrderBy(operation => operation.CreatedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
                if (operations.Count == 0)
                {
                    RequireKnown(wanted);
                    await SayWhyAsync(session, storage, cancellationToken).ConfigureAwait(false);
                }

                Write(session, operations, time.GetUtcNow());
                return ExitCodes.Done;
            },
        }.With(status);
    }

    // A row may have an unknown status, which can be listed as well.
    private static void RequireKnown(string? status)
    {
        if (status is not null && !OperationStatus.All.Contains(status))
        {
            throw new CliException(
                "usage",
                $"{Quoted.Of(status)} is not a status, and no operation has it.{Suggestion.For(status, OperationStatus.All)}",
                $"The statuses are {string.Join(", ", OperationStatus.All)}.");
        }
    }

    /// <summary>Explains why there are no operations, if the table has lost them or does not exist yet.</summary>
    private static async Task SayWhyAsync(Session session, CochinStorage storage, CancellationToken cancellationToken)
    {
        if (await MissingTable.FindLostAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) is { } lost)
        {
            throw new CliException("no_table", lost.Finding, lost.Hint, ExitCodes.Failed);
        }

        if (await MissingTable.FindAsync(storage, storage.Operations, cancellationToken).ConfigureAwait(false) is { } missing)
        {
            session.Terminal.Say(missing.Message);
        }
    }

    private static void Write(Session session, List<Operation> operations, DateTimeOffset now)
    {
        if (session.Terminal.IsJson)
        {
            session.Write(new OperationsDocument([.. operations.Select(ToDocument)]), CliJson.Readable.OperationsDocument);
            return;
        }

        if (operations.Count == 0)
        {
            session.Terminal.Line("There are no operations.");
            return;
        }

        var table = new TextTable("kind", "id", "name", "status", "created (UTC)", "last sign of life (UTC)", "size", "blob").Right(6);
        foreach (var operation in operations)
        {
            table.Add(
                operation.Kind,
                operation.Id,
                operation.Name ?? "—",
                operation is { Status: OperationStatus.Completed, HasNoFile: true } ? "completed, no file" : operation.Status ?? "—",
                Units.English.Time(operation.CreatedAt, TimeZoneInfo.Utc),
                Units.English.Time(LastActivity.Of(operation, now).At, TimeZoneInfo.Utc),
                operation.SizeBytes is { } size ? Units.English.Size(size) : "—",
                operation.BlobName ?? "—");
        }

        table.Write(session.Terminal);
    }

    private static OperationDocument ToDocument(Operation operation) => new(
        operation.Kind,
        operation.Id,
        operation.Name,
        operation.Status,
        operation.Configuration,
        operation.BlobName,
        operation.SizeBytes,
        operation.CreatedAt?.UtcDateTime,
        operation.StartedAt?.UtcDateTime,
        operation.HeartbeatAt?.UtcDateTime,
        operation.CompletedAt?.UtcDateTime,
        operation.WorkPath,
        operation.ErrorMessage);
}
