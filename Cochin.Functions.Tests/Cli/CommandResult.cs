using System.Text.Json;

namespace Cochin.Functions.Tests.Cli;

/// <summary>What came of a command.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Errors)
{
    /// <summary>Standard output, which must be one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    public JsonElement Error => Json.GetProperty("error");
}
