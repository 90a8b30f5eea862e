namespace Cochin.Functions.Cli.Json;

internal sealed record OutageDocument(DateTime From, DateTime To);
