using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Proof;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Tests the page in a browser.</summary>
public sealed class StatusPageBrowserTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\"'><b onclick=alert(3)>&lt;</style>";

    /// <summary>All, or half of them, in which every two values still meet.</summary>
    public static TheoryData<bool, int, ColorScheme> Variants() => new(
        from isHealthy in new[] { true, false }
        from width in new[] { 360, 1280 }
        from scheme in new[] { ColorScheme.Light, ColorScheme.Dark }
        where ProofScale.IsWhole || (isHealthy ^ (width == 360) ^ (scheme == ColorScheme.Dark))
        select (isHealthy, width, scheme));

    [Theory]
    [MemberData(nameof(Variants))]
    public async Task Page_AnyWidthAndColorScheme_FitsWithoutErrorsAndIsAccessible(bool isHealthy, int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(PageHtml.Write(Document(isHealthy)), width, scheme);
        await SaveScreenshotAsync(page, $"{(isHealthy ? "well" : "trouble")}-{width}-{scheme}");

        (await page.OverflowAsync()).ShouldBe(0);
        foreach (var summary in await page.Page.QuerySelectorAllAsync("summary"))
        {
            await summary.ClickAsync();
        }

        await SaveScreenshotAsync(page, $"{(isHealthy ? "well" : "trouble")}-{width}-{scheme}-open");
        (await page.OverflowAsync()).ShouldBe(0);
        (await page.Page.RunAxe()).Violations
            .Select(violation => $"{violation.Id}: {violation.Help} {string.Join(", ", violation.Nodes.Select(node => node.Target.ToString()).Take(3))}")
            .ShouldBeEmpty();
        page.Messages.ShouldBeEmpty();
        page.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_WithProblems_ShowsThemWithTheNextCommand()
    {
        await using var page = await chromium.OpenAsync(PageHtml.Write(StatusSample.WithProblems()), 1280);

        (await page.Page.TitleAsync()).ShouldBe("✕ 4 problems found – Cochin maintenance");
        (await page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).InnerTextAsync()).ShouldBe("4 problems found.");
        var problems = await page.Page.Locator(".problems li").AllInnerTextsAsync();
        problems[0].ShouldBe("check_devis_notifications failed 3 times in a row. Type next: ./cochin history check_devis_notifications");
        problems[1].ShouldBe("rebuild_backup_paths is overdue: its last success was 16 days ago. Type next: ./cochin doctor");
        (await page.Page.GetByRole(AriaRole.Img, new() { NameRegex = new("failed on 3 days") }).CountAsync()).ShouldBe(1);
        (await page.Page.GetByText("Discord answered 404 (Unknown Webhook)").IsVisibleAsync()).ShouldBeTrue();
        (await page.Page.GetByText("restore/7f3a").IsVisibleAsync()).ShouldBeTrue();
        (await page.Page.GetByText("temp/import_devis_2026-11-22").IsVisibleAsync()).ShouldBeTrue();
        (await page.Page.Locator(".sum time").First.GetAttributeAsync("datetime")).ShouldBe("2026-11-24T13:02:11Z");
        (await page.Page.Locator(".sum time").First.InnerTextAsync()).ShouldBe("Tuesday 24 November 2026, 14:02");
    }

    [Fact]
    public async Task Page_TextsWithMarkup_AreShownAsText()
    {
        var job = StatusSample.Job(Hostile) with
        {
            Task = Hostile,
            Schedule = Hostile,
            Condition = JobCondition.Failing,
            ConsecutiveFailures = 1,
            Enabled = false,
            DisabledReason = Hostile,
            LastRun = StatusSample.Run(Outcome.Failed, StatusSample.Now, 1, Hostile) with { RunId = Hostile },
        };
        var document = StatusSample.Document(
            [job],
            new StatusOperations(
                [new StatusOperation(Hostile, Hostile, Hostile, Hostile, null, null, Silent: true)],
                1,
                [new StatusBackup(Hostile, 1, StatusSample.Now, 0, 0)],
                1,
                Hostile),
            new StatusChanges([new StatusChange(null, Hostile, Hostile, Hostile, Hostile, Hostile)], Note: null));

        await using var page = await chromium.OpenAsync(PageHtml.Write(document), 360);

        (await page.Page.Locator("h3").InnerTextAsync()).ShouldBe(Hostile);
        (await page.Page.Locator("#changes td:nth-child(4) bdi").InnerTextAsync()).ShouldBe(Hostile);
        (await page.Page.Locator("script, img, b, [onclick], [onerror]").CountAsync()).ShouldBe(0);
        (await page.OverflowAsync()).ShouldBe(0);
        page.Messages.ShouldBeEmpty();
        page.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task Policy_InjectedMarkup_BlocksScriptsStylesAndRequests()
    {
        const string Injected = "<script>alert(1)</script><style>body{display:none}</style>"
            + "<img src=\"http://elsewhere.test/x.png\" onerror=\"alert(2)\"><h3 style=\"position:fixed\" id=in>in</h3>";
        var html = PageHtml.Write(StatusSample.Healthy()).Replace("<main id=\"main\">", "<main id=\"main\">" + Injected, StringComparison.Ordinal);

        await using var page = await chromium.OpenAsync(html, 1280);

        page.Requests.ShouldBeEmpty();
        page.Messages.ShouldNotContain(message => message.StartsWith("dialog", StringComparison.Ordinal));
        page.Messages.Count(message => message.Contains("Content Security Policy", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(4);
        (await page.Page.Locator("h1").IsVisibleAsync()).ShouldBeTrue();
        (await page.Page.Locator("#in").EvaluateAsync<string>("e => getComputedStyle(e).position")).ShouldBe("static");
    }

    [Fact]
    public async Task Keyboard_Tab_ReachesAllElementsInOrder()
    {
        await using var page = await chromium.OpenAsync(PageHtml.Write(StatusSample.Healthy()), 1280);
        var focused = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            focused.Add(await page.Page.EvaluateAsync<string>("() => document.activeElement.textContent"));
        }

        await page.Page.Keyboard.PressAsync("Enter");

        focused.ShouldBe(
        [
            "Skip to content", "Jobs", "In progress", "Backups", "Changes",
            "Durations, bytes, days of check_devis_notifications", "Durations, bytes, days of cleanup_temp_files",
        ]);
        (await page.Page.Locator("details[open]").CountAsync()).ShouldBe(1);
        (await page.Page.GetByText("Days on which cleanup_temp_files ran").IsVisibleAsync()).ShouldBeTrue();
    }

    [Fact]
    public async Task Headings_AreInOrderUnderOneTitle()
    {
        await using var page = await chromium.OpenAsync(PageHtml.Write(StatusSample.Healthy()), 1280);

        var levels = await page.Page.EvaluateAsync<int[]>("() => [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])");

        levels.ShouldBe([1, 2, 3, 3, 3, 3, 3, 2, 2, 2]);
        (await page.Page.EvaluateAsync<string[]>("() => [...document.querySelectorAll('header,main,footer,nav')].map(e => e.tagName.toLowerCase())"))
            .ShouldBe(["header", "nav", "main", "footer"]);
    }

    [Fact]
    public async Task Page_500Jobs_IsRenderedWithinTheSizeLimit()
    {
        var jobs = Enumerable.Range(0, 500).Select(i => StatusSample.Job($"job_{i:000}_of_a_very_busy_installation", $"{i:x8}")).ToList();
        var html = PageHtml.Write(StatusSample.Document(jobs));

        System.Text.Encoding.UTF8.GetByteCount(html).ShouldBeLessThan(1_500_000);
        await using var page = await chromium.OpenAsync(html, 360);
        (await page.Page.Locator("article").CountAsync()).ShouldBe(500);
        (await page.OverflowAsync()).ShouldBe(0);
        page.Messages.ShouldBeEmpty();
    }

    private static StatusDocument Document(bool isHealthy) => isHealthy ? StatusSample.Healthy() : StatusSample.WithProblems();

    /// <summary>For manual review, with the whole proofs; docs/pictures contains some of them.</summary>
    private static Task SaveScreenshotAsync(LoadedPage page, string name) => ProofScale.IsWhole
        ? page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(AppContext.BaseDirectory, "pictures", $"{name}.png"), FullPage = true })
        : Task.CompletedTask;
}
