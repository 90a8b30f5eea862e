namespace Cochin.Functions.Notifications;

/// <summary>
/// A message that depends on no chat service. Its texts are plain, with line breaks between lines at most: the formatter of the service escapes
/// its markup and shortens what is too long for it.
/// </summary>
internal sealed record Card
{
    public required string Title { get; init; }

    public required string Text { get; init; }

    public required CardColor Color { get; init; }

    public IReadOnlyList<CardField> Fields { get; init; } = [];

    /// <summary>The same in all messages about one thing: it shows which messages belong together.</summary>
    public required string Reference { get; init; }
}

/// <summary>A labelled value in a card.</summary>
internal sealed record CardField(string Name, string Value)
{
    /// <summary>Whether it takes a line to itself.</summary>
    public bool IsWide { get; init; }

    /// <summary>Whether the value is something to type.</summary>
    public bool IsCommand { get; init; }

    public static CardField Command(string name, string command) => new(name, command) { IsWide = true, IsCommand = true };
}

/// <summary>What the colour of a card means.</summary>
internal enum CardColor
{
    Good,
    Attention,
    Trouble,
}
