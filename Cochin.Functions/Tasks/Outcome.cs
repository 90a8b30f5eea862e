namespace Cochin.Functions.Tasks;

/// <summary>How a run ended. The names are written to run records and JSON.</summary>
internal enum Outcome
{
    /// <summary>Under way; in a record whose runner died, until the next run finds it.</summary>
    Running,

    Completed,

    /// <summary>Some items failed, the rest is done; or, where the reason is <see cref="SkipReason.Unfinished"/>, the rest is done by the next run.</summary>
    Partial,

    Failed,

    /// <summary>Nothing was attempted; <see cref="SkipReason"/> says why.</summary>
    Skipped,

    /// <summary>The runner died; nobody recorded how the work ended.</summary>
    Lost,
}
