namespace Cochin.Bench.Parts;

/// <summary>How a run of work ended that may take several.</summary>
internal enum PartEnd
{
    Done,

    /// <summary>It stopped by itself and kept a checkpoint.</summary>
    SafePoint,

    /// <summary>It came to no safe point in time, and was stopped where it was: the next one goes on from the checkpoint before.</summary>
    CutOff,
}
