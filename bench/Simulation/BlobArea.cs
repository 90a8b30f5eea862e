using System.Globalization;
using System.Text;

namespace Cochin.Bench.Simulation;

/// <summary>Blobs below one folder, in numbered units of the same size: <c>temp/unit-00000012/file-00000123.zip</c>.</summary>
internal sealed record BlobArea(string Folder, long Count, int BlobsInUnit)
{
    public const int LongestName = 64;

    private readonly byte[] folder = Encoding.ASCII.GetBytes(Folder + "unit-");

    public int WriteName(long index, Span<byte> into)
    {
        folder.CopyTo(into);
        var length = folder.Length;
        length += Digits(index / BlobsInUnit, into[length..]);
        "/file-"u8.CopyTo(into[length..]);
        length += 6;
        length += Digits(index, into[length..]);
        ".zip"u8.CopyTo(into[length..]);
        return length + 4;
    }

    private static int Digits(long number, Span<byte> into)
    {
        number.TryFormat(into, out var written, "D8", CultureInfo.InvariantCulture);
        return written;
    }
}
