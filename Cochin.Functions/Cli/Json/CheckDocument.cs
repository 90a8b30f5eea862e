using Cochin.Functions.Doctor;

namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of a <c>doctor</c> check.</summary>
/// <param name="Result"><c>ok</c>, <c>warning</c> or <c>wrong</c>.</param>
internal sealed record CheckDocument(string Name, string Result, string Found, string Why, string? Mend)
{
    public static CheckDocument From(Check check) => new(check.Name, ResultName(check.Result), check.Found, check.Why, check.Mend);

    public static string ResultName(CheckResult result) => result switch
    {
        CheckResult.Ok => "ok",
        CheckResult.Warning => "warning",
        _ => "wrong",
    };
}
