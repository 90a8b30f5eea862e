namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>What was found and done in one area, in units unless it says otherwise.</summary>
internal sealed class AreaTally(string area)
{
    public string Area { get; } = area;

    public long Scanned { get; set; }

    public long Old { get; set; }

    public long Deleted { get; set; }

    public long InUse { get; set; }

    public long Changed { get; set; }

    public long Failed { get; set; }

    public long BlobsDeleted { get; set; }

    public long BytesScanned { get; set; }

    public long BytesFreed { get; set; }
}
