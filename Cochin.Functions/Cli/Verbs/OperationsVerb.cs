using System.CommandLine;
using Azure.Data.Tables;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Storage;
using Operation = Cochin.Functions.Storage.Operation;

namespace Cochin.Functions.Cli.Verbs;

internal static class OperationsVerb
{
    public static Verb Create() => new Verb("operations", "List backups and restores", "operations list --status running").With(CreateList());

    private static Verb CreateList()
    {
        var status = new Option<string?>("--status") { Description = "Only those with this status, e.g. running", HelpName = "STATUS" };
        return new Verb("list", "List backups and restores, the youngest last", "operations list", "operations list --status file_missing --json")
        {
            Do = async (session, cancellationToken) =>
            {
                var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
                var filter = session.Value(status) is { } wanted ? TableClient.CreateQueryFilter($"Status eq {wanted}") : "";
                var operations = await storage.Operations.ReadAsync(filter, cancellationToken: cancellationToken).Select(Operation.From).OrderBy(operation => operation.CreatedAt).ToListAsync(cancellationToken).ConfigureAwait(false);
                Write(session, operations);
                return ExitCodes.Done;
            },
        }.With(status);
    }

    private static void Write(Session session, List<Operation> operations)
    {
        if (session.Terminal.IsJson)
        {
            session.Write(new OperationsDocument([.. operations.Select(ToDocument)]), CliJson.Readable.OperationsDocument);
            return;
        }

        if (operations.Count == 0)
        {
            session.Terminal.Line("No operations.");
            return;
        }

        var table = new TextTable("kind", "id", "name", "status", "created (UTC)", "last sign of life (UTC)", "size", "blob").Right(6);
        foreach (var operation in operations)
        {
            table.Add(
                operation.Kind,
                operation.Id,
                operation.Name ?? "—",
                operation.Status ?? "—",
                Words.Time(operation.CreatedAt, TimeZoneInfo.Utc),
                Words.Time(operation.LastSignOfLife, TimeZoneInfo.Utc),
                operation.SizeBytes is { } size ? Words.Bytes(size) : "—",
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
