namespace Cochin.Functions.Cli.Json;

/// <summary>A change that was announced and of which no result is written.</summary>
internal sealed record OpenPlan(string Run, string Action, string Target);
