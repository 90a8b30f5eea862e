using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>One job of the page.</summary>
internal static class JobHtml
{
    /// <param name="isBrief">Without what opens, where there are so many jobs that the page would grow too large.</param>
    public static void Write(HtmlWriter html, StatusJob job, PageClock clock, bool isBrief)
    {
        var (icon, words) = PageSigns.Of(job.Condition);
        html.Add($"<article class=\"job\" aria-labelledby=\"j-{job.Id}\"><div class=\"who\"><h3 id=\"j-{job.Id}\">{job.Name}</h3>");
        html.Add($"<p class=\"state\">{PageSigns.Icon(icon)}{words}</p>");
        html.Add($"<p class=\"when\">{ScheduleWords.Of(job.Schedule) ?? "on schedule"} <code>{job.Schedule}</code></p></div>");
        html.Add($"<div class=\"days\">{StripSvg.Draw(job.Days, hasTitles: !isBrief)}<p class=\"ends\"><span>{PageClock.Day(job.Days[0].Date)}</span><span>{PageClock.Day(job.Days[^1].Date)}</span></p></div>");
        WriteFacts(html, job, clock);
        if (job.LastRun is { Error: { Length: > 0 } error } && job.Condition is not (JobCondition.Healthy or JobCondition.Off))
        {
            html.Add($"<p class=\"error\"><span class=\"hidden\">What it said: </span><bdi>{error}</bdi></p>");
        }

        if (!isBrief)
        {
            WriteMore(html, job);
        }

        html.Add($"</article>\n");
    }

    private static void WriteFacts(HtmlWriter html, StatusJob job, PageClock clock)
    {
        html.Add($"<dl class=\"facts\"><div><dt>Last run</dt><dd>{clock.Time(job.LastRun?.StartedAt)}");
        if (job.LastRun is { } run)
        {
            html.Add($" <span class=\"out\">{Outcome(run)}{(run.DurationMs is { } took ? $" in {Units.English.Took(took)}" : "")}</span>");
        }

        html.Add($"</dd></div><div><dt>Next run</dt><dd>{clock.Time(job.NextRun)}");
        if (!job.Enabled)
        {
            html.Add($" <span class=\"out\">off{(job.DisabledUntil is { } until ? $" until {clock.Words(until)}" : "")}{(job.DisabledReason is { Length: > 0 } why ? $": {why}" : "")}</span>");
        }

        html.Add($"</dd></div><div><dt>Last success</dt><dd>{clock.Time(job.LastSuccess)}");
        if (job.LastSuccessAgeSeconds is { } age)
        {
            html.Add($" <span class=\"out\">{Units.English.Age(age)} earlier</span>");
        }

        html.Add($"</dd></div></dl>");
    }

    private static void WriteMore(HtmlWriter html, StatusJob job)
    {
        html.Add($"<details><summary>Durations, bytes, days<span class=\"hidden\"> of {job.Name}</span></summary><div class=\"charts\">");
        var took = BarsSvg.Draw("Longest run of the day", job.Days, day => day.LongestMs, Units.English.Took);
        var caption = TaskCatalog.Find(job.Task)?.Worked?.Caption ?? "Bytes";
        var worked = BarsSvg.Draw(caption, job.Days, day => day.Bytes, bytes => Units.English.Size((long)Math.Min(bytes, long.MaxValue)));
        html.Add($"{took ?? new Html("<p class=\"note\">No run of these days has a duration yet.</p>")}{worked ?? default}</div>");
        var ran = job.Days.Where(day => day.Runs > 0).Reverse().ToList();
        if (ran.Count > 0)
        {
            var hasBytes = ran.Any(day => day.Bytes is not null);
            html.Add($"<table class=\"days-of\"><caption>Days on which {job.Name} ran, the newest first</caption>");
            html.Add($"<thead><tr><th scope=\"col\">Day</th><th scope=\"col\">Outcome</th><th scope=\"col\" class=\"num\">Runs</th><th scope=\"col\" class=\"num\">Longest</th>{(hasBytes ? new Html("<th scope=\"col\" class=\"num\">Bytes</th>") : default)}</tr></thead><tbody>");
            foreach (var day in ran)
            {
                html.Add($"<tr><th scope=\"row\">{PageClock.ShortDay(day.Date)}</th><td>{DayWords.Of(day.Mark)}{(day.Failed > 0 && day.Runs > 1 ? $" ({day.Failed} of {day.Runs})" : "")}</td><td class=\"num\">{day.Runs}</td>");
                html.Add($"<td class=\"num\">{(day.LongestMs is { } ms ? Units.English.Took(ms) : "—")}</td>");
                if (hasBytes)
                {
                    html.Add($"<td class=\"num\">{(day.Bytes is { } bytes ? Units.English.Size(bytes) : "—")}</td>");
                }

                html.Add($"</tr>");
            }

            html.Add($"</tbody></table>");
        }

        html.Add($"<p class=\"note\">Id <code>{job.Id}</code>, task <code>{job.Task}</code>, period {(job.PeriodSeconds is { } period ? Units.English.Age(period) : "unknown")}{(job.LastRun is { } last ? ", last run " : "")}<code>{job.LastRun?.RunId}</code>. Look further: <code>./cochin history {job.Name}</code></p></details>");
    }

    private static string Outcome(StatusRun run) => run.Outcome switch
    {
        Tasks.Outcome.Completed => "completed",
        Tasks.Outcome.Partial => run.Reason == Tasks.SkipReason.Unfinished ? "a part done; it goes on" : "partly done",
        Tasks.Outcome.Failed => run.Reason == Tasks.SkipReason.Interrupted ? "interrupted" : "failed",
        Tasks.Outcome.Running => "running",
        Tasks.Outcome.Lost => "died",
        _ => run.Reason switch
        {
            Tasks.SkipReason.LockHeld => "skipped: another run was at work",
            Tasks.SkipReason.Disabled => "skipped: switched off",
            Tasks.SkipReason.Missed => "skipped: found too late",
            Tasks.SkipReason.NotConfigured => "skipped: not configured",
            _ => "skipped",
        },
    };
}
