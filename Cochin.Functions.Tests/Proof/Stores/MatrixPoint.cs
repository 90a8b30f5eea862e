using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>One work in one store of its own, with a channel of its own.</summary>
internal abstract class MatrixPoint(AzuriteEndpoint azurite, Work work, ProofStore store) : IAsyncDisposable
{
    // Few enough that the small stores are listed in several pages.
    protected const int EntriesOnPage = 5;

    private readonly FakeDiscord discord = new();

    protected AzuriteEndpoint Azurite { get; } = azurite;

    protected Work Work { get; } = work;

    protected ProofStore Store { get; } = store;

    protected Uri Webhook => discord.Url;

    protected Meanwhile Meanwhile { get; } = new(work, store);

    protected Channel Channel => field ??= new Channel(discord);

    public async ValueTask DisposeAsync()
    {
        await discord.DisposeAsync();
        await Store.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The program's settings, with storage and webhook reached at some address.</summary>
    protected KeyValuePair<string, string>[] Settings(AzuriteEndpoint storage, Uri webhook) =>
    [
        .. Store.Settings(storage),
        .. Work.Settings,
        new("Cochin__Discord__WebhookUrl", webhook.ToString()),
        new("Cochin__Discord__AllowAnyHost", "true"),
    ];

    /// <summary>Whether a difference is one of notices: what is told of a failed run, and when, has its own rule and its own time.</summary>
    protected static bool IsNotice(string difference) => difference.StartsWith("job notice/", StringComparison.Ordinal);

    /// <param name="when">At which time, for those who read it.</param>
    protected async Task<IEnumerable<string>> AuditComplaintsAsync(StoreState before, string when) =>
        (await AuditCheck.ComplaintsAsync(Store, before, await StoreState.ReadAsync(Store), Work.IsOfOthers)).Select(complaint => $"{complaint} ({when})");
}
