using System.Text.Json;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tasks.CheckDevisNotifications;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Tasks.CheckDevisNotifications;

/// <summary>The base of tests of the quote alerts, with real storage and a fake webhook.</summary>
public abstract class AlertTest(AzuriteServer server) : TaskTest(server)
{
    // 00:30 in Paris, which is still the previous day in UTC.
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 11, 23, 23, 30, 0, TimeSpan.Zero));

    internal FakeDiscord Discord { get; } = new();

    internal DiscordSettings Settings => new() { WebhookUrl = Discord.Url, MaxAttempts = 2, TimeoutSeconds = 5 };

    public override async ValueTask DisposeAsync()
    {
        await Discord.DisposeAsync();
        await base.DisposeAsync();
    }

    internal Task<TaskResult> RunAsync(CheckDevisNotificationsOptions? options = null, params HttpPipelinePolicy[] policies) =>
        NewTask(Settings, policies).RunAsync(options ?? new CheckDevisNotificationsOptions(), Context(), Cancellation);

    internal TaskOnStorage NewTask(DiscordSettings settings, params HttpPipelinePolicy[] policies) => new(
        new CheckDevisNotificationsTask(
            new DiscordWebhook(settings, TimeProvider.System),
            settings,
            new DevisSettings { TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris") },
            clock),
        NewStorage(policies));

    internal async Task<TableEntity> RowAsync(string number) =>
        (await Storage.Devis.FindAsync("devis", number, Cancellation)).ShouldNotBeNull();

    // French groups digits with a narrow no-break space.
    internal static string Field(JsonElement embed, string name) =>
        embed.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == name).GetProperty("value").GetString()!
            .Replace('\u202F', ' ').Replace('\u00A0', ' ');
}
