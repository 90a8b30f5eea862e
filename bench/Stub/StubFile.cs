namespace Cochin.Bench.Stub;

/// <summary>A blob that is no temporary one: a lock, an audit log, a page.</summary>
internal sealed class StubFile(string type)
{
    public string Type { get; } = type;

    public byte[] Content { get; set; } = [];

    public int Blocks { get; set; }

    public long Version { get; set; }

    public DateTimeOffset Modified { get; set; }

    public string? Lease { get; set; }

    public DateTimeOffset LeaseEnd { get; set; }

    public Dictionary<string, string> Metadata { get; set; } = [];

    public string ETag => $"\"0x8DF{Version:X12}\"";

    public bool IsLeased(DateTimeOffset now) => Lease is not null && LeaseEnd > now;
}
