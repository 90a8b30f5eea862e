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

/// <summary>A test of the quote alerts on real storage and a webhook on a real port.</summary>
public abstract class AlertTest(AzuriteServer server) : TaskTest(server)
{
    // Half past midnight in Paris, while in UTC it is still the day before.
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
}
