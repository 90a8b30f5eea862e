using System.CommandLine;
using Cochin.Functions.StatusPage;

namespace Cochin.Functions.Cli.Verbs;

internal static class ReportVerb
{
    public static Verb Create()
    {
        var open = new Option<bool>("--open") { Description = "Open the page in the browser" };
        var output = new Option<string?>("--output", "-o") { Description = "Folder to write to (default: .cochin/report)", HelpName = "DIR" };
        return new Verb(
            "report",
            "Write the status page to a folder on this machine",
            "report --open",
            "report --output /tmp/status",
            "report --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                var source = await session.GetAsync<StatusSource>(cancellationToken).ConfigureAwait(false);
                var document = await source.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (session.Terminal.IsJson)
                {
                    session.Terminal.Line(PageFiles.ToJson(document));
                    if (!session.Has(open) && !session.Has(output))
                    {
                        return ExitCodes.Done;
                    }
                }

                var folder = session.Value(output) ?? Path.Combine(ProjectFolder.Find(), ".cochin", "report");
                var page = await WriteAsync(document, folder, cancellationToken).ConfigureAwait(false);
                if (!session.Terminal.IsJson)
                {
                    session.Terminal.Line(page);
                }

                if (session.Value(open) && Browser.Open(page) is { } problem)
                {
                    session.Terminal.Say($"note: {problem} Open it yourself: {new Uri(page).AbsoluteUri}");
                }

                return ExitCodes.Done;
            },
        }.With(open, output);
    }

    private static async Task<string> WriteAsync(StatusDocument document, string folder, CancellationToken cancellationToken)
    {
        try
        {
            return await PageFiles.WriteAsync(document, folder, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new CliException(
                "no_folder",
                $"The page can't be written to {folder}: {e.Message}",
                "Give a writable folder: ./cochin report --output DIR.",
                ExitCodes.Failed);
        }
    }
}
