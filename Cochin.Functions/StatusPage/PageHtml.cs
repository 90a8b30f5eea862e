using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// The page: a single file without scripts that loads nothing else. Its Content-Security-Policy blocks scripts and other styles, so injected
/// markup could not run or load anything.
/// </summary>
internal static class PageHtml
{
    // With more jobs, their details are left out to limit the size of the page.
    private const int MaxJobsWithDetails = 40;

    public static string Write(StatusDocument document)
    {
        var clock = new PageClock(TimeZoneInfo.FindSystemTimeZoneById(document.TimeZone), document.GeneratedAt);
        var html = new HtmlWriter();
        WriteHead(html, document);
        html.Add($"<body>\n<a class=\"skip\" href=\"#main\">Skip to content</a>\n{PageSymbols.Definitions}\n");
        WriteHeader(html, document, clock);
        html.Add($"<main id=\"main\">\n");
        WriteJobs(html, document.Jobs, clock);
        OperationsHtml.Write(html, document.Operations, clock);
        ChangesHtml.Write(html, document.Changes, clock);
        html.Add($"</main>\n");
        html.Add($"<footer><p>Created by Cochin maintenance {document.Version}. Times are in {clock.Zone}; hover over a time to see it in UTC. ");
        html.Add($"For programs: <a href=\"status.json\">status.json</a>.</p></footer>\n");
        return html.Add($"</body>\n</html>\n").ToHtml().Markup;
    }

    private static void WriteHead(HtmlWriter html, StatusDocument document)
    {
        html.Add($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{PageStyle.Hash}'; ");
        html.Add($"img-src data:; base-uri 'none'; form-action 'none'\">\n");
        html.Add($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.Add($"<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Add($"<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n");
        html.Add($"<title>{Title(document.Health)}</title>\n<link rel=\"icon\" href=\"{Icon(document.Health.Level)}\">\n");
        html.Add($"<style>{PageStyle.Css}</style>\n</head>\n");
    }

    private static void WriteHeader(HtmlWriter html, StatusDocument document, PageClock clock)
    {
        var health = document.Health;
        html.Add($"<header class=\"{Class(health.Level)}\"><p class=\"site\">Cochin maintenance</p>\n");
        html.Add($"<h1>{PageSymbols.Icon(PageSymbols.IconForLevel(health.Level))}<span>{health.Sentence}</span></h1>\n");
        if (health.Problems.Count > 0)
        {
            html.Add($"<ul class=\"problems\">\n");
            foreach (var problem in health.Problems)
            {
                // The heading already shows a single problem.
                var isOneOfSeveral = health.Problems.Count > 1;
                html.Add($"<li>{(isOneOfSeveral ? PageSymbols.Icon(PageSymbols.IconForLevel(problem.Level)) : default)}");
                html.Add($"<span>{(isOneOfSeveral ? problem.Text + " " : "")}<span class=\"next\">Type next: <code>{problem.Next}</code></span></span></li>\n");
            }

            html.Add($"</ul>\n");
        }

        html.Add($"<p class=\"sum\">{JobCounts(document.Jobs)} As of {clock.Full(document.GeneratedAt)}.");
        html.Add($"{(document.RenewedBy is { } by ? RenewalHint(by, clock) : default)}</p>\n");
        html.Add($"<nav aria-label=\"On this page\"><a href=\"#jobs\">Jobs</a><a href=\"#operations\">In progress</a>");
        html.Add($"<a href=\"#backups\">Backups</a><a href=\"#changes\">Changes</a></nav></header>\n");
    }

    private static void WriteJobs(HtmlWriter html, IReadOnlyList<StatusJob> jobs, PageClock clock)
    {
        html.Add($"<section id=\"jobs\" aria-labelledby=\"h-jobs\"><h2 id=\"h-jobs\">Jobs</h2>\n");
        foreach (var job in jobs)
        {
            JobHtml.Write(html, job, clock, isCompact: jobs.Count > MaxJobsWithDetails);
        }

        html.Add($"<p class=\"legend\" aria-hidden=\"true\">");
        DayMark[] marks =
        [
            DayMark.Completed, DayMark.Partial, DayMark.Recovered, DayMark.Failed, DayMark.Lost, DayMark.Missed, DayMark.Skipped, DayMark.None,
        ];
        foreach (var mark in marks)
        {
            html.Add($"<span><svg viewBox=\"0 0 8 24\"><use href=\"#{DayMarkText.Symbol(mark)}\"/></svg>{DayMarkText.Label(mark)}</span>");
        }

        html.Add($"</p></section>\n");
    }

    private static string JobCounts(IReadOnlyList<StatusJob> jobs)
    {
        var off = jobs.Count(job => !job.Enabled);
        return $"{Units.English.Count(jobs.Count - off, "job is", "jobs are")} active{(off > 0 ? $", {off} switched off" : "")}.";
    }

    private static Html RenewalHint(DateTime by, PageClock clock) =>
        new HtmlWriter().Add($" If this page is not updated by {clock.Time(by)}, no scheduler is running: type <code>./cochin doctor</code>.").ToHtml();

    private static string Title(StatusHealth health) => health.Level switch
    {
        HealthLevel.Trouble => "✕ ",
        HealthLevel.Attention => "! ",
        _ => "✓ ",
    } + health.Sentence.TrimEnd('.') + " – Cochin maintenance";

    private static string Class(HealthLevel level) => level switch
    {
        HealthLevel.Trouble => "trouble",
        HealthLevel.Attention => "attention",
        _ => "healthy",
    };

    // Percent-encoded: a data URI in an attribute must not contain '#' or double quotes.
    private static string Icon(HealthLevel level) =>
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" + level switch
        {
            HealthLevel.Trouble => "%3Cpath fill='%23b3261e' d='M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z'/%3E",
            HealthLevel.Attention => "%3Cpath fill='%23b26a00' d='M8 .6L16 15H0z'/%3E",
            _ => "%3Ccircle fill='%231a7f4b' cx='8' cy='8' r='8'/%3E",
        } + "%3C/svg%3E";
}
