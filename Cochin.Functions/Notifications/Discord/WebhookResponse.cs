using System.Net;
using Cochin.Functions.Network;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>The meaning of a response for the message and the webhook.</summary>
internal enum ResponseKind
{
    Delivered,

    /// <summary>Discord does not know the webhook or its token.</summary>
    WebhookRemoved,

    /// <summary>Discord rejects all messages because of the channel, the permissions or the address.</summary>
    WebhookRefused,

    /// <summary>Discord rejects the content of this message. It may accept others.</summary>
    MessageRefused,

    RateLimited,
    ServerError,
    Redirected,

    /// <summary>A proxy, a firewall or a sign-in page responded, so the state of the message and the webhook is unknown.</summary>
    Foreign,
}

/// <summary>The response to a webhook request.</summary>
/// <param name="MediaType">The media type of <c>Content-Type</c>; null if that is missing.</param>
/// <param name="Body">The start of the body; empty if the status shows success or a redirect.</param>
internal sealed record WebhookResponse(HttpStatusCode Status, string? MediaType, string Body)
{
    private const string Json = "application/json";

    /// <summary>Whether the request went to a host of Discord. A relay may respond differently.</summary>
    public bool IsDiscordHost { get; init; }

    /// <summary>The time to wait before the next message; null if the response does not specify one.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The error from Discord; null if the response has none.</summary>
    public DiscordError? Error { get; } = MediaType == Json ? DiscordError.Read(Status, Body) : null;

    public ResponseKind Kind => (int)Status switch
    {
        >= 200 and < 300 => IsAcceptance ? ResponseKind.Delivered : ResponseKind.Foreign,
        >= 300 and < 400 => ResponseKind.Redirected,
        429 => ResponseKind.RateLimited,
        >= 500 => ResponseKind.ServerError,
        _ when Error is { IsWebhookUnknown: true } => ResponseKind.WebhookRemoved,
        _ when Error is not null => Error.IsAboutMessage ? ResponseKind.MessageRefused : ResponseKind.WebhookRefused,
        400 or 413 or 422 when !IsDiscordHost => ResponseKind.MessageRefused,
        _ => ResponseKind.Foreign,
    };

    /// <summary>The status with Discord's error, or with a description of the body if there is none.</summary>
    public override string ToString() =>
        Error is null ? $"{(int)Status}, {ResponseText.Describe(MediaType, Body)}" : $"{(int)Status}, {Error}";

    // With `wait=true`, Discord returns the posted message. A relay may return anything except a web page.
    private bool IsAcceptance => IsDiscordHost ? MediaType == Json || Status == HttpStatusCode.NoContent : !ResponseText.IsHtml(MediaType);
}
