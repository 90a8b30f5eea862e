using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Cli.Verbs;

internal static class ExplainVerb
{
    public static Verb Create()
    {
        var id = new Argument<string>("RUN") { Description = "Id of a run, as shown by history and in notices" };
        return new Verb("explain", "Explain one run: why it started, what it did, how it ended, and what follows", "explain 20261124T020000-d43fd5")
        {
            Execute = async (session, cancellationToken) =>
            {
                var explanation = await RunExplanation.ReadAsync(session, session.Value(id)!, cancellationToken).ConfigureAwait(false);
                var zone = session.Jobs()[0].Schedule.TimeZone;
                if (session.Terminal.IsJson)
                {
                    session.Write(
                        new RunExplanationDocument(
                            RunDocument.From(explanation.Run),
                            explanation.Run.Host,
                            [.. explanation.Attempts.Select(RunDocument.From)],
                            explanation.Lines,
                            explanation.Describe(zone)),
                        CliJson.Readable.RunExplanationDocument);
                    return ExitCodes.Done;
                }

                foreach (var sentence in explanation.Describe(zone))
                {
                    session.Terminal.Line(ForeignText.OneLine(sentence));
                }

                session.Terminal.Line($"Times are in {zone.Id}. Every change of this run: ./cochin explain {explanation.Run.RunId} --json");
                return ExitCodes.Done;
            },
        }.With(id);
    }
}
