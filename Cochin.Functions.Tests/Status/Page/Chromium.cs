using Microsoft.Playwright;

namespace Cochin.Functions.Tests.Status.Page;

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
        var path = ChromiumFinder.Find();
        if (path is null && !File.Exists(playwright.Chromium.ExecutablePath))
        {
            var problems = await ChromiumFinder.TryToGetAsync();
            path = ChromiumFinder.Find();
            if (path is null && problems.Count > 0)
            {
                missing = $"No Chromium here, and none to be had ({string.Join("; ", problems)}). {ChromiumFinder.HowToGetOne}";
                return;
            }
        }

        // Without its sandbox, which containers do not allow: it shows nothing but our own page.
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = path, ChromiumSandbox = false, Args = ["--disable-gpu", "--font-render-hinting=none"] });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>Shows a page as if a server had sent it; whatever it asks for beside it is noted and refused.</summary>
    internal async Task<ShownPage> ShowAsync(string html, int width, ColorScheme scheme = ColorScheme.Light, int height = 800)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
        return await ShownPage.OpenAsync(context, html);
    }
}
