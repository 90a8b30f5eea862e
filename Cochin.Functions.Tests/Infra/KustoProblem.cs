namespace Cochin.Functions.Tests.Infra;

/// <summary>Something the parser of KQL found.</summary>
public sealed record KustoProblem(string Severity, string Message);
