using System.CommandLine;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Cli.Verbs;

internal static class ExplainVerb
{
    public static Verb Create()
    {
        var id = new Argument<string>("RUN") { Description = "The id of a run, as history and notices show it" };
        return new Verb("explain", "Tell the story of one run, from its record, the audit log and what came after", "explain 20261124T020000-d43fd5")
        {
            Do = async (session, cancellationToken) =>
            {
                var story = await RunExplanation.ReadAsync(session, session.Value(id)!, cancellationToken).ConfigureAwait(false);
                var zone = session.Jobs()[0].Schedule.TimeZone;
                if (session.Terminal.IsJson)
                {
                    session.Write(
                        new StoryDocument(RunDocument.From(story.Run), story.Run.Host, [.. story.Attempts.Select(RunDocument.From)], story.Lines, story.Tell(zone)),
                        CliJson.Readable.StoryDocument);
                    return ExitCodes.Done;
                }

                foreach (var sentence in story.Tell(zone))
                {
                    session.Terminal.Line(ForeignText.OneLine(sentence));
                }

                session.Terminal.Line($"Times are {zone.Id}. Every change it made: ./cochin explain {story.Run.RunId} --json");
                return ExitCodes.Done;
            },
        }.With(id);
    }
}
