using Microsoft.Playwright;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>A real Chromium for the tests of the page. Where none is to be had, they are skipped and say why.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;
    private string? missing;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", ChromiumFinder.Package);
        Environment.SetEnvironmentVariable("PLAYWRIGHT_NODEJS_PATH", ChromiumFinder.Which("node"));
        playwright = await Playwright.CreateAsync();
        var problems = new List<string>();
        browser = await LaunchAsync(problems);
        if (browser is null)
        {
            problems.AddRange(await ChromiumFinder.TryToGetAsync());
            browser = await LaunchAsync(problems);
        }

        missing = browser is null ? $"No Chromium here, and none to be had ({string.Join("; ", problems.Distinct())}). {ChromiumFinder.HowToGetOne}" : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>Starts the machine's browser, or else the one that Playwright has got itself; null where neither starts.</summary>
    private async Task<IBrowser?> LaunchAsync(List<string> problems)
    {
        var own = playwright!.Chromium.ExecutablePath;
        foreach (var path in new[] { ChromiumFinder.Find(), File.Exists(own) ? own : null }.OfType<string>())
        {
            try
            {
                // Without its sandbox, which containers do not allow: it shows nothing but our own page.
                return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, ChromiumSandbox = false, Args = ["--disable-gpu", "--font-render-hinting=none"] });
            }
            catch (PlaywrightException e)
            {
                problems.Add($"{path} does not start: {e.Message.Split('\n')[0]}");
            }
        }

        return null;
    }

    /// <summary>Shows a page as if a server had sent it; whatever it asks for beside it is noted and refused.</summary>
    internal async Task<ShownPage> ShowAsync(string html, int width, ColorScheme scheme = ColorScheme.Light, int height = 800)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        return await ShownPage.OpenAsync(context, html);
    }
}
