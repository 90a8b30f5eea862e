namespace Cochin.Functions.Notifications;

/// <summary>Which mentions in a message ping people.</summary>
internal sealed record AllowedMentions(IReadOnlyList<string> Parse);
