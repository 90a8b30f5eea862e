namespace Cochin.Functions.Hosting;

/// <summary>What the command line decides before anything is read.</summary>
internal sealed record CochinHostOptions
{
    /// <summary>Where <c>local.settings.json</c>, <c>package.json</c> and <c>.azurite/</c> are.</summary>
    public required string ProjectRoot { get; init; }

    /// <summary>Settings typed on the command line; they go before all others.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides { get; init; } = [];

    /// <summary>Use the embedded storage even where another is set.</summary>
    public bool ForceEmbedded { get; init; }

    /// <summary>Takes a line about slow steps.</summary>
    public Action<string> Say { get; init; } = static _ => { };
}
