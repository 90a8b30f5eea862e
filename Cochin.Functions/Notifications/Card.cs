namespace Cochin.Functions.Notifications;

/// <summary>
/// A message, independent of the chat service. Its texts are plain text and may contain line breaks. The formatter of the service escapes
/// markup and shortens long texts.
/// </summary>
internal sealed record Card
{
    public required string Title { get; init; }

    public required string Text { get; init; }

    public required CardColor Color { get; init; }

    public IReadOnlyList<CardField> Fields { get; init; } = [];

    /// <summary>Identifies the subject. All messages about the same subject have the same reference.</summary>
    public required string Reference { get; init; }
}

/// <summary>A labelled value in a card.</summary>
internal sealed record CardField(string Name, string Value)
{
    /// <summary>Whether the field takes a full line.</summary>
    public bool IsWide { get; init; }

    /// <summary>Whether the value is a command to type.</summary>
    public bool IsCommand { get; init; }

    public static CardField Command(string name, string command) => new(name, command) { IsWide = true, IsCommand = true };
}

/// <summary>The meaning of the color of a card.</summary>
internal enum CardColor
{
    Good,
    Warning,
    Critical,
}
