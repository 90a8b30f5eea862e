using System.Net;
using Cochin.Functions.Network;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>What an answer to a post means for the message and for the webhook.</summary>
internal enum AnswerKind
{
    Delivered,

    /// <summary>Discord does not know the webhook, or not its token.</summary>
    WebhookRemoved,

    /// <summary>Discord refuses the webhook's messages for a reason in its channel, its permissions or its address.</summary>
    WebhookRefused,

    /// <summary>The content of this message is refused; another message may be accepted.</summary>
    MessageRefused,

    RateLimited,
    ServerError,
    Redirected,

    /// <summary>A proxy, a firewall or a network's sign-in answered: nothing is known of message and webhook.</summary>
    Foreign,
}

/// <summary>An answer to a post, with what tells who gave it.</summary>
/// <param name="MediaType">Of its <c>Content-Type</c>; null if it has none.</param>
/// <param name="Body">Its beginning; empty for an accepted message, whose status is enough.</param>
internal sealed record WebhookAnswer(HttpStatusCode Status, string? MediaType, string Body)
{
    private const string Json = "application/json";

    /// <summary>Whether the webhook's address is Discord's own; a relay has answers of its own.</summary>
    public bool IsOfDiscordsHost { get; init; }

    /// <summary>How long to wait before the next message; null if the answer has no such time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Discord's own error; null if the answer has none.</summary>
    public DiscordError? Error { get; } = MediaType == Json ? DiscordError.Read(Status, Body) : null;

    public AnswerKind Kind => (int)Status switch
    {
        >= 200 and < 300 => IsAcceptance ? AnswerKind.Delivered : AnswerKind.Foreign,
        >= 300 and < 400 => AnswerKind.Redirected,
        429 => AnswerKind.RateLimited,
        >= 500 => AnswerKind.ServerError,
        _ when Error is { IsWebhookUnknown: true } => AnswerKind.WebhookRemoved,
        _ when Error is not null => Error.IsAboutMessage ? AnswerKind.MessageRefused : AnswerKind.WebhookRefused,
        400 or 413 or 422 when !IsOfDiscordsHost => AnswerKind.MessageRefused,
        _ => AnswerKind.Foreign,
    };

    /// <summary>The status with Discord's error, or with what came in place of one.</summary>
    public override string ToString() =>
        Error is null ? $"{(int)Status}, {ResponseText.Describe(MediaType, Body)}" : $"{(int)Status}, {Error}";

    // With `wait=true` Discord sends the message that it made. A relay may send anything but a page.
    private bool IsAcceptance => IsOfDiscordsHost ? MediaType == Json || Status == HttpStatusCode.NoContent : !ResponseText.IsHtml(MediaType);
}
