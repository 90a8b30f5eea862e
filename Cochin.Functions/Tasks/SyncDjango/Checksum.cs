using System.Buffers.Binary;

namespace Cochin.Functions.Tasks.SyncDjango;

/// <summary>A SHA-256 as 32 bytes, for indexes over all files.</summary>
internal readonly record struct Checksum(UInt128 High, UInt128 Low)
{
    private const int Bytes = 32;

    /// <returns>Null if the text is not a SHA-256 in hex.</returns>
    public static Checksum? Parse(string? hex)
    {
        if (hex is not { Length: 2 * Bytes } || !hex.All(char.IsAsciiHexDigit))
        {
            return null;
        }

        var bytes = Convert.FromHexString(hex);
        return new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes.AsSpan(Bytes / 2)));
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[(Bytes / 2)..], Low);
        return Convert.ToHexStringLower(bytes);
    }
}
