using System.Text.Json;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>An alert as the channel got it.</summary>
internal readonly record struct SentAlert(string Number, string Kind, string Date)
{
    /// <summary>Reads the reference at the foot of a card: <c>Cochin · NUMBER · début · DATE</c>.</summary>
    public static SentAlert Of(JsonElement embed)
    {
        var parts = embed.GetProperty("footer").GetProperty("text").GetString()!.Split(" · ");
        return new SentAlert(parts[1], parts[2] == "début" ? "start" : "end", parts[3]);
    }
}
