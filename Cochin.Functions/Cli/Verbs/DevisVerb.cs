using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Devis;
using Cochin.Functions.Formatting;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Cli.Verbs;

internal static class DevisVerb
{
    public static Verb Create() =>
        new Verb("devis", "Import and list quotes", "devis import export.csv", "devis list").With(CreateImport(), CreateList());

    private static Verb CreateImport()
    {
        var file = new Argument<string>("FILE") { Description = "Export of the Django application as CSV or TSV, or JSON with the same field names" };
        return new Verb(
            "import",
            "Add and update quotes from a file; alerts already sent are not repeated",
            "devis import export.csv",
            "devis import quotes.json --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                ParsedFile parsed;
                try
                {
                    parsed = await DevisFile.ReadAsync(session.Value(file)!, cancellationToken).ConfigureAwait(false);
                }
                catch (DevisImportException e)
                {
                    throw new CliException("bad_file", e.Message, e.Hint);
                }

                var table = await OpenAsync(session, cancellationToken).ConfigureAwait(false);
                var result = await table.ImportAsync(parsed, cancellationToken).ConfigureAwait(false);
                Write(session, result);
                return result.Problems.Count > 0 ? ExitCodes.Partial : ExitCodes.Done;
            },
        }.With(file);
    }

    // A lost table must not be imported again: its rows had the alerts that were sent.
    private static async Task<DevisTable> OpenAsync(Session session, CancellationToken cancellationToken)
    {
        var storage = await session.GetAsync<CochinStorage>(cancellationToken).ConfigureAwait(false);
        return await MissingTable.FindLostAsync(storage, storage.Devis, cancellationToken).ConfigureAwait(false) is { } lost
            ? throw new CliException("no_table", lost.Finding, lost.Hint, ExitCodes.Failed)
            : await session.GetAsync<DevisTable>(cancellationToken).ConfigureAwait(false);
    }

    private static void Write(Session session, ImportResult result)
    {
        if (session.Terminal.IsJson)
        {
            var imported = result.Added + result.Updated + result.Unchanged;
            var document = new ImportDocument(imported, result.Added, result.Updated, result.Unchanged, result.Ignored, result.Problems);
            session.Write(document, CliJson.Readable.ImportDocument);
            return;
        }

        session.Terminal.Line($"{result.Added} added, {result.Updated} updated, {result.Unchanged} unchanged");
        if (result.Ignored.Count > 0)
        {
            session.Terminal.Say($"note: the columns {DevisHeader.List(result.Ignored)} are not imported.");
        }

        foreach (var problem in result.Problems)
        {
            session.Terminal.Say($"line {problem.Line}: {ForeignText.OneLine(problem.Reason)}");
        }

        if (result.Problems.Count > 0)
        {
            session.Terminal.Say($"error: {result.Problems.Count} lines were not imported. Correct them and import the file again.");
        }
    }

    private static Verb CreateList() => new("list", "List the quotes", "devis list --json")
    {
        Execute = async (session, cancellationToken) =>
        {
            var rows = (await OpenAsync(session, cancellationToken).ConfigureAwait(false)).ListAsync(cancellationToken);
            if (session.Terminal.IsJson)
            {
                var devis = await rows
                    .Select(row => new DevisDocument(
                        row.Key,
                        row.Number,
                        row.Montant,
                        row.Statut,
                        row.DateDebut,
                        row.DateRendu,
                        row.AgentPlateforme,
                        row.StartNotifiedFor,
                        row.EndNotifiedFor))
                    .ToListAsync(cancellationToken)
                    .ConfigureAwait(false);
                session.Write(new DevisListDocument(devis), CliJson.Readable.DevisListDocument);
                return ExitCodes.Done;
            }

            var table = new TextTable("number", "amount", "active", "starts", "announced", "due", "announced", "agent").Right(1);
            await foreach (var row in rows.ConfigureAwait(false))
            {
                table.Add(
                    row.Number,
                    row.Montant ?? "—",
                    row.Statut switch { true => "yes", false => "no", null => "?" },
                    row.DateDebut ?? "—",
                    row.StartNotifiedFor ?? "—",
                    row.DateRendu ?? "—",
                    row.EndNotifiedFor ?? "—",
                    row.AgentPlateforme ?? "—");
            }

            if (table.Count == 0)
            {
                session.Terminal.Line("There are no quotes. To import some: ./cochin devis import FILE");
                return ExitCodes.Done;
            }

            table.Write(session.Terminal);
            return ExitCodes.Done;
        },
    };
}
