namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>What may happen in a history: first what the Django application and people do, then the program, then time.</summary>
internal enum StepKind
{
    BeginOperation,
    Heartbeat,
    FinishOperation,
    CancelOperation,
    UploadTemporary,
    UploadBackup,
    DeleteBlob,
    LeaseBlob,
    ReleaseBlob,
    PutQuote,
    StopQuote,

    /// <summary>A tick of the scheduler for one job.</summary>
    Tick,

    /// <summary>A person runs a job.</summary>
    Run,

    /// <summary>A person runs a job with <c>--dry-run</c>.</summary>
    DryRun,

    /// <summary>A run whose process dies right before one of its requests.</summary>
    Death,

    /// <summary>Time goes by, for the service and the program.</summary>
    Wait,

    /// <summary>The program's clock, and it alone, is set.</summary>
    SetClock,
}
