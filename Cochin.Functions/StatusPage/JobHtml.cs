using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.StatusPage;

/// <summary>One job of the page.</summary>
internal static class JobHtml
{
    /// <param name="isCompact">Leaves out the collapsible details, to limit the size of a page with many jobs.</param>
    public static void Write(HtmlWriter html, StatusJob job, PageClock clock, bool isCompact)
    {
        var (icon, label) = PageSymbols.ForCondition(job.Condition);
        html.Add($"<article class=\"job\" aria-labelledby=\"j-{job.Id}\"><div class=\"who\"><h3 id=\"j-{job.Id}\">{job.Name}</h3>");
        html.Add($"<p class=\"state\">{PageSymbols.Icon(icon)}{label}</p>");
        html.Add($"<p class=\"when\">{ScheduleText.Describe(job.Schedule) ?? "on schedule"} <code>{job.Schedule}</code></p></div>");
        html.Add($"<div class=\"days\">{StripSvg.Draw(job.Days, hasTitles: !isCompact)}<p class=\"ends\">");
        html.Add($"<span>{PageClock.Day(job.Days[0].Date)}</span><span>{PageClock.Day(job.Days[^1].Date)}</span></p></div>");
        WriteFacts(html, job, clock);
        if (job.LastRun is { Error: { Length: > 0 } error } && job.Condition is not (JobCondition.Healthy or JobCondition.Off))
        {
            html.Add($"<p class=\"error\"><span class=\"hidden\">Error: </span><bdi>{error}</bdi></p>");
        }

        if (!isCompact)
        {
            WriteDetails(html, job);
        }

        html.Add($"</article>\n");
    }

    private static void WriteFacts(HtmlWriter html, StatusJob job, PageClock clock)
    {
        html.Add($"<dl class=\"facts\"><div><dt>Last run</dt><dd>{clock.Time(job.LastRun?.StartedAt)}");
        if (job.LastRun is { } run)
        {
            html.Add($" <span class=\"out\">{Outcome(run)}{(run.DurationMs is { } duration ? $" in {Units.English.Took(duration)}" : "")}</span>");
        }

        html.Add($"</dd></div><div><dt>Next run</dt><dd>{clock.Time(job.NextRun)}");
        if (!job.Enabled)
        {
            var until = job.DisabledUntil is { } end ? $" until {clock.Text(end)}" : "";
            html.Add($" <span class=\"out\">off{until}{(job.DisabledReason is { Length: > 0 } reason ? $": {reason}" : "")}</span>");
        }

        html.Add($"</dd></div><div><dt>Last success</dt><dd>{clock.Time(job.LastSuccess)}");
        if (job.LastSuccessAgeSeconds is { } age)
        {
            html.Add($" <span class=\"out\">{Units.English.Age(age)} ago</span>");
        }

        html.Add($"</dd></div></dl>");
    }

    private static void WriteDetails(HtmlWriter html, StatusJob job)
    {
        html.Add($"<details><summary>Durations, bytes, days<span class=\"hidden\"> of {job.Name}</span></summary><div class=\"charts\">");
        var durations = BarsSvg.Draw("Longest run of the day", job.Days, day => day.LongestMs, Units.English.Took);
        var caption = TaskCatalog.Find(job.Task)?.Worked?.Caption ?? "Bytes";
        var sizes = BarsSvg.Draw(caption, job.Days, day => day.Bytes, bytes => Units.English.Size((long)Math.Min(bytes, long.MaxValue)));
        html.Add($"{durations ?? new Html("<p class=\"note\">No run has finished in these thirty days.</p>")}{sizes ?? default}</div>");
        WriteDays(html, job);

        var period = job.PeriodSeconds is { } seconds ? Units.English.Age(seconds) : "unknown";
        html.Add($"<p class=\"note\">Id <code>{job.Id}</code>, task <code>{job.Task}</code>, period {period}{(job.LastRun is null ? "" : ", last run ")}");
        html.Add($"<code>{job.LastRun?.RunId}</code>. For more, type <code>./cochin history {job.Name}</code></p></details>");
    }

    private static void WriteDays(HtmlWriter html, StatusJob job)
    {
        var days = job.Days.Where(day => day.Runs > 0).Reverse().ToList();
        if (days.Count == 0)
        {
            return;
        }

        var hasBytes = days.Any(day => day.Bytes is not null);
        html.Add($"<table class=\"days-of\"><caption>Days on which {job.Name} ran, newest first</caption>");
        html.Add($"<thead><tr><th scope=\"col\">Day</th><th scope=\"col\">Outcome</th><th scope=\"col\" class=\"num\">Runs</th>");
        html.Add($"<th scope=\"col\" class=\"num\">Longest</th>{(hasBytes ? new Html("<th scope=\"col\" class=\"num\">Bytes</th>") : default)}");
        html.Add($"</tr></thead><tbody>");
        foreach (var day in days)
        {
            var failures = day.Failed > 0 && day.Runs > 1 ? $" ({day.Failed} of {day.Runs})" : "";
            html.Add($"<tr><th scope=\"row\">{PageClock.ShortDay(day.Date)}</th><td>{DayMarkText.Label(day.Mark)}{failures}</td>");
            html.Add($"<td class=\"num\">{day.Runs}</td><td class=\"num\">{(day.LongestMs is { } longest ? Units.English.Took(longest) : "—")}</td>");
            if (hasBytes)
            {
                html.Add($"<td class=\"num\">{(day.Bytes is { } bytes ? Units.English.Size(bytes) : "—")}</td>");
            }

            html.Add($"</tr>");
        }

        html.Add($"</tbody></table>");
    }

    private static string Outcome(StatusRun run) => run.Outcome switch
    {
        Tasks.Outcome.Completed => "completed",
        Tasks.Outcome.Partial => run.Reason == Tasks.SkipReason.Unfinished ? "unfinished; the next run continues" : "partly completed",
        Tasks.Outcome.Failed => run.Reason == Tasks.SkipReason.Interrupted ? "interrupted" : "failed",
        Tasks.Outcome.Running => "running",
        Tasks.Outcome.Lost => "died",
        _ => run.Reason switch
        {
            Tasks.SkipReason.LockHeld => "skipped: another run was active",
            Tasks.SkipReason.Disabled => "skipped: switched off",
            Tasks.SkipReason.Missed => "skipped: too late to catch up",
            Tasks.SkipReason.NotConfigured => "skipped: not configured",
            _ => "skipped",
        },
    };
}
