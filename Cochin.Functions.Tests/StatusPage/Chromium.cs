using Microsoft.Playwright;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Starts Chromium for browser tests. If there is none and none can be installed, the tests are skipped with the reason.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? playwright;
    private IBrowser? browser;
    private string? missing;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable("PLAYWRIGHT_DRIVER_SEARCH_PATH", ChromiumFinder.PlaywrightPackage);
        Environment.SetEnvironmentVariable("PLAYWRIGHT_NODEJS_PATH", ChromiumFinder.Which("node"));
        playwright = await Playwright.CreateAsync();
        var problems = new List<string>();
        browser = await LaunchAsync(problems);
        if (browser is null)
        {
            problems.AddRange(await ChromiumFinder.TryInstallAsync());
            browser = await LaunchAsync(problems);
        }

        missing = browser is null
            ? $"Chromium was not found and could not be installed ({string.Join("; ", problems.Distinct())}). {ChromiumFinder.InstallHint}"
            : null;
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.CloseAsync();
        }

        playwright?.Dispose();
    }

    /// <summary>Starts the browser of the machine, or the one that Playwright downloaded; null if neither starts.</summary>
    private async Task<IBrowser?> LaunchAsync(List<string> problems)
    {
        var downloaded = playwright!.Chromium.ExecutablePath;
        foreach (var path in new[] { ChromiumFinder.Find(), File.Exists(downloaded) ? downloaded : null }.OfType<string>())
        {
            try
            {
                return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
                {
                    ExecutablePath = path,
                    ChromiumSandbox = false, // Containers don't allow it, and only the program's own page is opened.
                    Args = ["--disable-gpu", "--font-render-hinting=none"],
                });
            }
            catch (PlaywrightException e)
            {
                problems.Add($"{path} did not start: {e.Message.Split('\n')[0]}");
            }
        }

        return null;
    }

    /// <summary>Opens a page as if it came from a server. All other requests of the page are recorded and aborted.</summary>
    internal async Task<LoadedPage> OpenAsync(string html, int width, ColorScheme scheme = ColorScheme.Light, int height = 800)
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        var context = await browser!.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
        });
        return await LoadedPage.OpenAsync(context, html);
    }
}
