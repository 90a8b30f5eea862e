using Cochin.Functions.Formatting;
using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// The page: one file that asks for nothing else. It has no script, and its policy allows none, nor any style but its own;
/// were a text from outside ever taken for markup, it could still do nothing.
/// </summary>
internal static class PageHtml
{
    /// <summary>With so many jobs each is told in brief.</summary>
    private const int MostInFull = 40;

    public static string Write(StatusDocument document)
    {
        var clock = new PageClock(TimeZoneInfo.FindSystemTimeZoneById(document.TimeZone), document.GeneratedAt);
        var html = new HtmlWriter();
        WriteHead(html, document);
        html.Add($"<body>\n<a class=\"skip\" href=\"#main\">To the content</a>\n{PageSigns.Definitions}\n");
        WriteHeader(html, document, clock);
        html.Add($"<main id=\"main\">\n");
        WriteJobs(html, document.Jobs, clock);
        OperationsHtml.Write(html, document.Operations, clock);
        ChangesHtml.Write(html, document.Changes, clock);
        html.Add($"</main>\n");
        html.Add($"<footer><p>Made by Cochin maintenance {document.Version}. Times are those of {clock.Zone}; point at one for UTC. The same for programs: <a href=\"status.json\">status.json</a>.</p></footer>\n");
        return html.Add($"</body>\n</html>\n").ToHtml().Markup;
    }

    private static void WriteHead(HtmlWriter html, StatusDocument document)
    {
        html.Add($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Add($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{PageStyle.Hash}'; img-src data:; base-uri 'none'; form-action 'none'\">\n");
        html.Add($"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n");
        html.Add($"<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n");
        html.Add($"<title>{Title(document.Health)}</title>\n<link rel=\"icon\" href=\"{Icon(document.Health.Level)}\">\n<style>{PageStyle.Css}</style>\n</head>\n");
    }

    private static void WriteHeader(HtmlWriter html, StatusDocument document, PageClock clock)
    {
        var health = document.Health;
        html.Add($"<header class=\"{Class(health.Level)}\"><p class=\"site\">Cochin maintenance</p>\n<h1>{PageSigns.Icon(PageSigns.IconOf(health.Level))}<span>{health.Sentence}</span></h1>\n");
        if (health.Problems.Count > 0)
        {
            html.Add($"<ul class=\"problems\">\n");
            foreach (var problem in health.Problems)
            {
                html.Add($"<li>{(health.Problems.Count > 1 ? PageSigns.Icon(PageSigns.IconOf(problem.Level)) : default)}");
                html.Add($"<span>{(health.Problems.Count > 1 ? problem.Text + " " : "")}<span class=\"next\">Type next: <code>{problem.Next}</code></span></span></li>\n");
            }

            html.Add($"</ul>\n");
        }

        html.Add($"<p class=\"sum\">{Sum(document.Jobs)} As of {clock.Full(document.GeneratedAt)}.{(document.RenewedBy is { } by ? Renewal(by, clock) : default)}</p>\n");
        html.Add($"<nav aria-label=\"On this page\"><a href=\"#jobs\">Jobs</a><a href=\"#operations\">Under way</a><a href=\"#backups\">Backups</a><a href=\"#changes\">Changes</a></nav></header>\n");
    }

    private static void WriteJobs(HtmlWriter html, IReadOnlyList<StatusJob> jobs, PageClock clock)
    {
        html.Add($"<section id=\"jobs\" aria-labelledby=\"h-jobs\"><h2 id=\"h-jobs\">Jobs</h2>\n");
        foreach (var job in jobs)
        {
            JobHtml.Write(html, job, clock, isBrief: jobs.Count > MostInFull);
        }

        html.Add($"<p class=\"legend\" aria-hidden=\"true\">");
        foreach (var mark in new[] { DayMark.Completed, DayMark.Partial, DayMark.Recovered, DayMark.Failed, DayMark.Lost, DayMark.Missed, DayMark.Skipped, DayMark.None })
        {
            html.Add($"<span><svg viewBox=\"0 0 8 24\"><use href=\"#{DayWords.Sign(mark)}\"/></svg>{DayWords.Of(mark)}</span>");
        }

        html.Add($"</p></section>\n");
    }

    private static string Sum(IReadOnlyList<StatusJob> jobs)
    {
        var off = jobs.Count(job => !job.Enabled);
        return $"{Units.English.Count(jobs.Count - off, "job is", "jobs are")} active{(off > 0 ? $", {off} switched off" : "")}.";
    }

    private static Html Renewal(DateTime by, PageClock clock) =>
        new HtmlWriter().Add($" If this is still the newest page after {clock.Time(by)}, nothing runs: type <code>./cochin doctor</code>.").ToHtml();

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
        _ => "well",
    };

    // Percent-encoded by hand: no quotes, no hash.
    private static string Icon(HealthLevel level) => "data:image/svg+xml," + level switch
    {
        HealthLevel.Trouble => "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23b3261e' d='M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z'/%3E%3C/svg%3E",
        HealthLevel.Attention => "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%23b26a00' d='M8 .6L16 15H0z'/%3E%3C/svg%3E",
        _ => "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Ccircle fill='%231a7f4b' cx='8' cy='8' r='8'/%3E%3C/svg%3E",
    };
}
