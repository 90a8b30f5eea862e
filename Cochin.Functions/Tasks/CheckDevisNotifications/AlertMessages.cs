using Cochin.Functions.Notifications;

namespace Cochin.Functions.Tasks.CheckDevisNotifications;

/// <summary>Puts alerts together into as few messages as Discord's limits allow.</summary>
internal static class AlertMessages
{
    /// <summary>The alerts of each message, in order; the alerts of one quote stay next to each other.</summary>
    public static IEnumerable<IReadOnlyList<Alert>> Pack(IEnumerable<Alert> alerts, AlertEmbeds embeds)
    {
        var message = new List<Alert>();
        var characters = 0;
        foreach (var alert in alerts)
        {
            var more = embeds.Write(alert).CountCharacters();
            if (message.Count == DiscordMessage.MaxEmbeds || (message.Count > 0 && characters + more > DiscordMessage.MaxCharacters))
            {
                yield return message;
                message = [];
                characters = 0;
            }

            message.Add(alert);
            characters += more;
        }

        if (message.Count > 0)
        {
            yield return message;
        }
    }
}
