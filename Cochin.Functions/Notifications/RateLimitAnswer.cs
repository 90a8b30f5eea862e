namespace Cochin.Functions.Notifications;

/// <summary>The body of an answer 429.</summary>
/// <param name="RetryAfter">Seconds.</param>
internal sealed record RateLimitAnswer(double? RetryAfter);
