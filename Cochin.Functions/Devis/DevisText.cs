using System.Text;

namespace Cochin.Functions.Devis;

/// <summary>The text of a file: UTF-8, or UTF-16 as Excel's "Unicode text" has it. An encoding that is not certain is not guessed.</summary>
internal static class DevisText
{
    // As many as the header has at the least.
    private const int Looked = 24;
    private const int UnitOfUtf16 = 2;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <param name="name">The file's name, for the error.</param>
    /// <exception cref="DevisImportException">It is in another encoding.</exception>
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
                    $"{name} is not UTF-8 (line {LineOf(bytes, e.Index)}); it is probably windows-1252, in which Excel saves CSV files.",
                    "Save it as 'CSV UTF-8', or convert it: iconv -f windows-1252 -t utf-8 FILE > NEW")
                : new DevisImportException($"{name} is broken: it is not complete UTF-16 text.", "Save it again as UTF-8.");
        }
    }

    // By its byte order mark. Without one: a header's letters are ASCII, so in UTF-16 every second byte is zero.
    private static Encoding Find(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xFE, ..] => Utf16(bigEndian: false),
        [0xFE, 0xFF, ..] => Utf16(bigEndian: true),
        _ when IsUtf16(bytes, ofLetter: 0) => Utf16(bigEndian: false),
        _ when IsUtf16(bytes, ofLetter: 1) => Utf16(bigEndian: true),
        _ => Utf8,
    };

    private static bool IsUtf16(ReadOnlySpan<byte> bytes, int ofLetter)
    {
        var length = Math.Min(bytes.Length, Looked) / UnitOfUtf16 * UnitOfUtf16;
        for (var i = 0; i < length; i++)
        {
            if ((bytes[i] == 0) == (i % UnitOfUtf16 == ofLetter))
            {
                return false;
            }
        }

        return length > 0;
    }

    private static UnicodeEncoding Utf16(bool bigEndian) => new(bigEndian, byteOrderMark: false, throwOnInvalidBytes: true);

    private static int LineOf(ReadOnlySpan<byte> bytes, int index) => bytes[..Math.Clamp(index, 0, bytes.Length)].Count((byte)'\n') + 1;
}
