using Cochin.Functions.Notifications;

namespace Cochin.Functions.Status;

/// <summary>Looks whether the webhook is set and alive, without posting to it.</summary>
internal sealed class WebhookCheck(DiscordWebhook webhook, DiscordSettings settings)
{
    private const string Name = "webhook";
    private const string Why = "quote alerts and failure notices go there";

    public async Task<Check> ExamineAsync(CancellationToken cancellationToken)
    {
        if (!webhook.IsConfigured)
        {
            return Check.Warning(Name, "none is set", Why, "Set Cochin__Discord__WebhookUrl to the address that the channel's settings show");
        }

        var answer = await webhook.ProbeAsync(cancellationToken).ConfigureAwait(false);
        if (answer.IsDelivered)
        {
            return Check.Ok(Name, "set, and it answers", Why);
        }

        // Discord describes a webhook to who asks for it; a relay need not.
        return settings.AllowAnyHost
            ? Check.Warning(Name, $"set, on a host of your choice, which does not answer a GET as Discord would: {answer.Why}", Why, "Nothing, if it only takes posts; otherwise check Cochin__Discord__WebhookUrl")
            : Check.Wrong(Name, answer.Why ?? "no answer", Why, "Check Cochin__Discord__WebhookUrl against the channel's settings in Discord");
    }
}
