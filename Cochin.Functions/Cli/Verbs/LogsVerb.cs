using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cochin.Functions.Auditing;
using Cochin.Functions.Cli.Json;

namespace Cochin.Functions.Cli.Verbs;

internal static class LogsVerb
{
    public static Verb Create()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with what comes, until Ctrl+C" };
        var since = new Option<string?>("--since") { Description = "From when on: 30m, 2h, 1d, or a time such as 2026-11-24T08:00Z (1d)", HelpName = "WHEN" };
        return new Verb("logs", "Show the audit log: every change that was made", "logs --since 2h", "logs --follow")
        {
            Do = async (session, cancellationToken) =>
            {
                var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
                var from = ReadSince(session.Value(since), time.GetUtcNow());
                var lines = (await session.GetAsync<AuditReader>(cancellationToken).ConfigureAwait(false)).ReadAsync(from, session.Value(follow), cancellationToken);
                if (session.Terminal.IsJson && !session.Value(follow))
                {
                    session.Write(new LinesDocument(await lines.ToListAsync(cancellationToken).ConfigureAwait(false)), CliJson.Readable.LinesDocument);
                    return ExitCodes.Done;
                }

                await foreach (var line in lines.ConfigureAwait(false))
                {
                    // What has no end can't be one document: an object a line.
                    session.Terminal.Line(session.Terminal.IsJson
                        ? JsonSerializer.Serialize(line, AuditJson.Default.AuditLine)
                        : $"{line.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {line.Job}  {line.Action}  {line.Target}  {line.Result}  {line.Run}".TrimEnd());
                }

                return ExitCodes.Done;
            },
        }.With(follow, since);
    }

    private static DateTimeOffset ReadSince(string? text, DateTimeOffset now)
    {
        if (text is null)
        {
            return now.AddDays(-1);
        }

        if (OptionValues.ReadDuration(text) is { } back)
        {
            return now - back;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new CliException("usage", $"'{text}' is neither a time span nor a time for --since.", "Write 30m, 2h, 1d, or 2026-11-24T08:00Z.");
    }
}
