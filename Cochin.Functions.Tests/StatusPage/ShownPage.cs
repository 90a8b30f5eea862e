using Microsoft.Playwright;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>A page in the browser, with all that it complained about and asked for.</summary>
internal sealed class ShownPage : IAsyncDisposable
{
    private const string Address = "http://status.test/index.html";

    private readonly IBrowserContext context;

    private ShownPage(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
    }

    public IPage Page { get; }

    /// <summary>What the console said, refused styles and scripts among it.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>What was asked for beside the page itself.</summary>
    public List<string> Requests { get; } = [];

    public static async Task<ShownPage> OpenAsync(IBrowserContext context, string html)
    {
        var shown = new ShownPage(context, await context.NewPageAsync());
        shown.Page.Console += (_, message) => shown.Complaints.Add($"{message.Type}: {message.Text}");
        shown.Page.PageError += (_, error) => shown.Complaints.Add(error);
        shown.Page.Dialog += async (_, dialog) =>
        {
            shown.Complaints.Add($"dialog: {dialog.Message}");
            await dialog.DismissAsync();
        };
        await context.RouteAsync("**/*", route =>
        {
            if (route.Request.Url == Address)
            {
                return route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html; charset=utf-8", Body = html });
            }

            shown.Requests.Add(route.Request.Url);
            return route.AbortAsync();
        });
        await shown.Page.GotoAsync(Address);
        return shown;
    }

    /// <summary>By how many pixels the page is wider than the window.</summary>
    public Task<int> OverflowAsync() => Page.EvaluateAsync<int>("() => document.scrollingElement.scrollWidth - window.innerWidth");

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
