using System.Text.Json;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>What the channel got of alerts, message by message; each alert by the reference that it always carries.</summary>
internal sealed class Channel(FakeDiscord discord)
{
    /// <summary>The messages with alerts, in the order in which they came.</summary>
    public IReadOnlyList<string[]> Messages =>
    [
        .. discord.Delivered
            .Select(message => message.GetProperty("embeds").EnumerateArray().Select(Reference).OfType<string>().ToArray())
            .Where(alerts => alerts.Length > 0),
    ];

    public IEnumerable<string> Alerts => Messages.SelectMany(message => message);

    /// <summary>Alerts that got lost, or came again though they were not in the one message that could not be written down.</summary>
    /// <param name="wanted">The alerts that there are.</param>
    /// <param name="inFlight">The alerts that may come again.</param>
    /// <param name="most">How often those may come in all.</param>
    public IEnumerable<string> Complaints(IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> inFlight, int most = 2)
    {
        var alerts = Alerts.ToList();
        return
        [
            .. wanted.Except(alerts).Select(alert => $"the alert '{alert}' got lost"),
            .. alerts.Except(wanted).Select(alert => $"the alert '{alert}' should not have come"),
            .. alerts.CountBy(alert => alert)
                .Where(alert => alert.Value > (inFlight.Contains(alert.Key) ? most : 1))
                .Select(alert => $"the alert '{alert.Key}' came {alert.Value} times"),
        ];
    }

    /// <summary>How many alerts came a second time.</summary>
    public int Repeated => Alerts.Count() - Alerts.Distinct().Count();

    // Notices about jobs have references of another kind.
    private static string? Reference(JsonElement embed) =>
        embed.TryGetProperty("footer", out var footer) && footer.ValueKind == JsonValueKind.Object && footer.GetProperty("text").GetString() is { } text
            && (text.Contains(" · début · ", StringComparison.Ordinal) || text.Contains(" · rendu · ", StringComparison.Ordinal))
            ? text
            : null;
}
