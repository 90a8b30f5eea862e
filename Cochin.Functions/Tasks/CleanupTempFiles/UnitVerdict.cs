namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Why a unit is deleted or kept; the names, camel-cased, are the <c>reason</c> of items.</summary>
internal enum UnitVerdict
{
    /// <summary>Past the age and unused: to be deleted.</summary>
    Old,

    Fresh,

    /// <summary>A live operation's.</summary>
    InUse,

    /// <summary>Somebody holds a lease on a blob in it.</summary>
    Leased,

    /// <summary>It was to be deleted, but is not any more what was listed.</summary>
    Changed,

    /// <summary>It was to be deleted, and the storage would not.</summary>
    Failed,
}
