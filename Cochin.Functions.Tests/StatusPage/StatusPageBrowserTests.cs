using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>The page in a real browser.</summary>
public sealed class StatusPageBrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><b onclick=alert(3)>&lt;</style>";

    public static TheoryData<bool, int, ColorScheme> Looks() => new(
        from isWell in new[] { true, false }
        from width in new[] { 360, 1280 }
        from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
        select (isWell, width, scheme));

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Page_AtEachWidthAndScheme_FitsIsQuietAndAccessible(bool isWell, int width, ColorScheme scheme)
    {
        await using var shown = await chromium.ShowAsync(PageHtml.Write(Document(isWell)), width, scheme);
        await KeepPictureAsync(shown, $"{(isWell ? "well" : "trouble")}-{width}-{scheme}");

        (await shown.OverflowAsync()).ShouldBe(0);
        foreach (var summary in await shown.Page.QuerySelectorAllAsync("summary"))
        {
            await summary.ClickAsync();
        }

        await KeepPictureAsync(shown, $"{(isWell ? "well" : "trouble")}-{width}-{scheme}-open");
        (await shown.OverflowAsync()).ShouldBe(0);
        (await shown.Page.RunAxe()).Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(", ", violation.Nodes.Select(node => node.Target.ToString()).Take(3))}").ShouldBeEmpty();
        shown.Complaints.ShouldBeEmpty();
        shown.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_InTrouble_SaysWhatIsWrongAndWhatToType()
    {
        await using var shown = await chromium.ShowAsync(PageHtml.Write(StatusSample.Trouble()), 1280);

        (await shown.Page.TitleAsync()).ShouldBe("✕ 4 things need a look – Cochin maintenance");
        (await shown.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync()).ShouldBe("4 things need a look.");
        var problems = await shown.Page.Locator(".problems li").AllInnerTextsAsync();
        problems[0].ShouldBe("check_devis_notifications failed 3 times in a row. Type next: ./cochin history check_devis_notifications");
        problems[1].ShouldBe("rebuild_backup_paths is overdue: its last success was 16 days ago. Type next: ./cochin doctor");
        (await shown.Page.GetByRole(AriaRole.Img, new() { NameRegex = new("failed on 3 days") }).CountAsync()).ShouldBe(1);
        (await shown.Page.GetByText("Discord answered 404 (Unknown Webhook)").IsVisibleAsync()).ShouldBeTrue();
        (await shown.Page.GetByText("restore/7f3a").IsVisibleAsync()).ShouldBeTrue();
        (await shown.Page.GetByText("temp/import_devis_2026-11-22").IsVisibleAsync()).ShouldBeTrue();
        (await shown.Page.Locator(".sum time").First.GetAttributeAsync("datetime")).ShouldBe("2026-11-24T13:02:11Z");
        (await shown.Page.Locator(".sum time").First.InnerTextAsync()).ShouldBe("Tuesday 24 November 2026, 14:02");
    }

    [Fact]
    public async Task Page_OfHostileTexts_ShowsThemAndRunsNothing()
    {
        var job = StatusSample.Job(Hostile) with
        {
            Task = Hostile, Schedule = Hostile, Condition = JobCondition.Failing, ConsecutiveFailures = 1, Enabled = false, DisabledReason = Hostile,
            LastRun = StatusSample.Run(Outcome.Failed, StatusSample.Now, 1, Hostile) with { RunId = Hostile },
        };
        var document = StatusSample.Document(
            [job],
            new StatusOperations([new StatusOperation(Hostile, Hostile, Hostile, Hostile, null, null, Silent: true)], 1, [new StatusBackup(Hostile, 1, StatusSample.Now, 0, 0)], 1, Hostile),
            new StatusChanges([new StatusChange(null, Hostile, Hostile, Hostile, Hostile, Hostile)], Note: null));

        await using var shown = await chromium.ShowAsync(PageHtml.Write(document), 360);

        (await shown.Page.Locator("h3").InnerTextAsync()).ShouldBe(Hostile);
        (await shown.Page.Locator("#changes td:nth-child(4) bdi").InnerTextAsync()).ShouldBe(Hostile);
        (await shown.Page.Locator("script, img, b, [onclick], [onerror]").CountAsync()).ShouldBe(0);
        (await shown.OverflowAsync()).ShouldBe(0);
        shown.Complaints.ShouldBeEmpty();
        shown.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policy_MarkupThatGotInAllTheSame_RefusesItsScriptStyleAndRequests()
    {
        const string Injected = "<script>alert(1)</script><style>body{display:none}</style><img src=\"http://elsewhere.test/x.png\" onerror=\"alert(2)\"><h3 style=\"position:fixed\" id=in>in</h3>";
        var html = PageHtml.Write(StatusSample.Well()).Replace("<main id=\"main\">", "<main id=\"main\">" + Injected, StringComparison.Ordinal);

        await using var shown = await chromium.ShowAsync(html, 1280);

        shown.Requests.ShouldBeEmpty();
        shown.Complaints.ShouldNotContain(complaint => complaint.StartsWith("dialog", StringComparison.Ordinal));
        shown.Complaints.Count(complaint => complaint.Contains("Content Security Policy", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(4);
        (await shown.Page.Locator("h1").IsVisibleAsync()).ShouldBeTrue();
        (await shown.Page.Locator("#in").EvaluateAsync<string>("e => getComputedStyle(e).position")).ShouldBe("static");
    }

    [Fact]
    public async Task Keyboard_TabbedThrough_MeetsEverythingInOrderAndOpensDetails()
    {
        await using var shown = await chromium.ShowAsync(PageHtml.Write(StatusSample.Well()), 1280);
        var met = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            await shown.Page.Keyboard.PressAsync("Tab");
            met.Add(await shown.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        }

        await shown.Page.Keyboard.PressAsync("Enter");

        met.ShouldBe(["To the content", "Jobs", "Under way", "Backups", "Changes", "Durations, bytes, days of check_devis_notifications", "Durations, bytes, days of cleanup_temp_files"]);
        (await shown.Page.Locator("details[open]").CountAsync()).ShouldBe(1);
        (await shown.Page.GetByText("Days on which cleanup_temp_files ran").IsVisibleAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Headings_Read_AreInOrderUnderOneTitle()
    {
        await using var shown = await chromium.ShowAsync(PageHtml.Write(StatusSample.Well()), 1280);

        var levels = await shown.Page.EvaluateAsync<int[]>("() => [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])");

        levels.ShouldBe([1, 2, 3, 3, 3, 3, 3, 2, 2, 2]);
        (await shown.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('header,main,footer,nav')].map(e => e.tagName.toLowerCase())")).ShouldBe(["header", "nav", "main", "footer"]);
    }

    [Fact]
    public async Task Page_OfFiveHundredJobs_RendersWithinItsSize()
    {
        var jobs = Enumerable.Range(0, 500).Select(i => StatusSample.Job($"job_{i:000}_of_a_very_busy_installation", $"{i:x8}")).ToList();
        var html = PageHtml.Write(StatusSample.Document(jobs));

        System.Text.Encoding.UTF8.GetByteCount(html).ShouldBeLessThan(1_500_000);
        await using var shown = await chromium.ShowAsync(html, 360);
        (await shown.Page.Locator("article").CountAsync()).ShouldBe(500);
        (await shown.OverflowAsync()).ShouldBe(0);
        shown.Complaints.ShouldBeEmpty();
    }

    private static StatusDocument Document(bool isWell) => isWell ? StatusSample.Well() : StatusSample.Trouble();

    /// <summary>For people to look at; docs/pictures holds the best of them.</summary>
    private static Task KeepPictureAsync(ShownPage shown, string name) =>
        shown.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png"), FullPage = true });
}
