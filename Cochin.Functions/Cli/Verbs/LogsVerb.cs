using System.CommandLine;
using System.Text.Json;
using Cochin.Functions.Auditing;
using Cochin.Functions.Backups;
using Cochin.Functions.Cli.Json;
using Cochin.Functions.Cli.Rendering;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Cli.Verbs;

internal static class LogsVerb
{
    public static Verb Create()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Keep showing new lines until Ctrl+C" };
        var since = OptionValues.Since("Only lines since (1d)");
        var verify = new Option<bool>("--verify")
        {
            Description = "Check the log instead of showing it: every line is readable, every change was planned before it was made",
        };
        return new Verb("logs", "Show the audit log: every change that was made", "logs --since 2h", "logs --follow", "logs --since 30d --verify")
        {
            Execute = async (session, cancellationToken) =>
            {
                var time = await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false);
                var from = OptionValues.ReadSince(session.Value(since) ?? "1d", time.GetUtcNow(), session.Jobs()[0].Schedule.TimeZone);
                if (session.Value(verify))
                {
                    return await VerifyAsync(session, from, cancellationToken).ConfigureAwait(false);
                }

                var reader = await session.GetAsync<AuditReader>(cancellationToken).ConfigureAwait(false);
                if (session.Value(follow))
                {
                    await FollowAsync(session, reader, from, time, cancellationToken).ConfigureAwait(false);
                    return ExitCodes.Done;
                }

                var lines = reader.ReadAsync(from, follow: false, cancellationToken);
                if (session.Terminal.IsJson)
                {
                    session.Write(new LinesDocument(await lines.ToListAsync(cancellationToken).ConfigureAwait(false)), CliJson.Readable.LinesDocument);
                    return ExitCodes.Done;
                }

                await WriteAsync(session, lines).ConfigureAwait(false);
                return ExitCodes.Done;
            },
        }.With(follow, since, verify);
    }

    // Ends on Ctrl+C, or when the reader of the output exits, as in `logs --follow | head`.
    private static async Task FollowAsync(Session session, AuditReader reader, DateTimeOffset from, TimeProvider time, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var check = OutputPipe.CancelWhenReaderClosesAsync(end, time);
        try
        {
            await WriteAsync(session, reader.ReadAsync(from, follow: true, end.Token)).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // The reader has exited.
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await check.ConfigureAwait(false);
        }
    }

    private static async Task WriteAsync(Session session, IAsyncEnumerable<AuditLine> lines)
    {
        var zone = session.Jobs()[0].Schedule.TimeZone;
        await foreach (var line in lines.ConfigureAwait(false))
        {
            // With --follow the output has no end, so it is one JSON object per line.
            session.Terminal.Line(session.Terminal.IsJson ? JsonSerializer.Serialize(line, AuditJson.Default.AuditLine) : AuditView.Describe(line, zone));
        }
    }

    private static async Task<int> VerifyAsync(Session session, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // Whole days are checked. A change may have been planned on the day before.
        var day = new DateTimeOffset(since.UtcDateTime.Date, TimeSpan.Zero);
        var reader = await session.GetAsync<AuditReader>(cancellationToken).ConfigureAwait(false);
        var found = new AuditVerification(TaskCatalog.AnnouncedActions.Concat(BackupProtection.Actions).ToHashSet());
        var dayBefore = reader.ReadAsync(day.AddDays(-1), follow: false, cancellationToken)
            .TakeWhile(line => line.Action == AuditLine.Unreadable || line.Time < day);
        await foreach (var line in dayBefore.ConfigureAwait(false))
        {
            found.AddEarlier(line);
        }

        await foreach (var line in reader.ReadAsync(day, follow: false, cancellationToken).ConfigureAwait(false))
        {
            found.Add(line);
        }

        if (session.Terminal.IsJson)
        {
            session.Write(VerificationDocument.From(found), CliJson.Readable.VerificationDocument);
        }
        else
        {
            AuditView.Write(session.Terminal, found, day);
        }

        return found.IsValid ? ExitCodes.Done : ExitCodes.Failed;
    }
}
