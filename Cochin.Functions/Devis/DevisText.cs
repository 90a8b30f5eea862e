using System.Text;

namespace Cochin.Functions.Devis;

/// <summary>Decodes a text file: UTF-8, or UTF-16 as in Excel's "Unicode text". Other encodings are not guessed.</summary>
internal static class DevisText
{
    // Shorter than any valid header.
    private const int BytesExamined = 24;
    private const int Utf16UnitSize = 2;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="name">The file name for the error message.</param>
    /// <exception cref="DevisImportException">The file has another encoding.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string name)
    {
        var encoding = Find(bytes);
        try
        {
            return encoding.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException e)
        {
            throw encoding is UTF8Encoding
                ? new DevisImportException(
                    $"{name} is not UTF-8 (line {LineOf(bytes, e.Index)}); it is probably windows-1252, the encoding that Excel uses for CSV files.",
                    "Save it as 'CSV UTF-8', or convert it: iconv -f windows-1252 -t utf-8 FILE > NEW")
                : new DevisImportException($"{name} is damaged: it is not valid UTF-16 text.", "Save it again as UTF-8.");
        }
    }

    // Uses the byte order mark. Without one: the header is ASCII, so in UTF-16 every second byte is zero.
    private static Encoding Find(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Utf16(bigEndian: false),
        [0xFE, 0xFF, ..] => Utf16(bigEndian: true),
        _ when IsUtf16(bytes, letterOffset: 0) => Utf16(bigEndian: false),
        _ when IsUtf16(bytes, letterOffset: 1) => Utf16(bigEndian: true),
        _ => Utf8,
    };

    private static bool IsUtf16(ReadOnlySpan<byte> bytes, int letterOffset)
    {
        var length = Math.Min(bytes.Length, BytesExamined) / Utf16UnitSize * Utf16UnitSize;
        for (var i = 0; i < length; i++)
        {
            if ((bytes[i] == 0) == (i % Utf16UnitSize == letterOffset))
            {
                return false;
            }
        }

        return length > 0;
    }

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);

    private static int LineOf(ReadOnlySpan<byte> bytes, int index) => bytes[..Math.Clamp(index, 0, bytes.Length)].Count((byte)'\n') + 1;
}
