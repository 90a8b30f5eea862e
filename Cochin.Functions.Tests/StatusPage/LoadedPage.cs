using Microsoft.Playwright;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>A page in the browser, with its errors and requests.</summary>
internal sealed class LoadedPage : IAsyncDisposable
{
    private const string Address = "http://status.test/index.html";

    private readonly IBrowserContext context;

    private LoadedPage(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>Messages of the console, including blocked styles and scripts, as well as page errors and dialogs.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The requests other than for the page itself.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<LoadedPage> OpenAsync(IBrowserContext context, string html)
    {
        var loaded = new LoadedPage(context, await context.NewPageAsync());
        loaded.Page.Console += (_, message) => loaded.Messages.Add($"{message.Type}: {message.Text}");
        loaded.Page.PageError += (_, error) => loaded.Messages.Add(error);
        loaded.Page.Dialog += async (_, dialog) =>
        {
            loaded.Messages.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        await context.RouteAsync("**/*", route =>
        {
            if (route.Request.Url == Address)
            {
                return route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", Body = html });
            }

            loaded.Requests.Add(route.Request.Url);
            return route.AbortAsync();
        });
        await loaded.Page.GotoAsync(Address);
        return loaded;
    }

    /// <summary>Returns by how many pixels the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - window.innerWidth");

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
