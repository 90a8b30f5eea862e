using Cochin.Functions.Auditing;

namespace Cochin.Functions.Cli.Json;

/// <summary>The JSON of <c>logs --verify</c>.</summary>
internal sealed record VerificationDocument(
    bool Sound,
    long Lines,
    IReadOnlyList<string> Unreadable,
    IReadOnlyList<AuditLine> Unplanned,
    IReadOnlyList<OpenPlan> Open)
{
    public static VerificationDocument From(AuditVerification found) =>
        new(found.IsValid, found.Lines, found.Unreadable, found.Unplanned, [.. found.Open.Select(plan => new OpenPlan(plan.Run, plan.Action, plan.Target))]);
}

/// <summary>A planned change without a recorded result.</summary>
internal sealed record OpenPlan(string Run, string Action, string Target);
