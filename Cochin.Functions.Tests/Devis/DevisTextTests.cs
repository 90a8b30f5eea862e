using System.Text;
using Cochin.Functions.Devis;

namespace Cochin.Functions.Tests.Devis;

public sealed class DevisTextTests
{
    private const string Text = "numero_devis,montant\nD-1,l’œuvre à 5 €\n";

    public static TheoryData<byte[]> Certain() => new()
    {
        Encoding.UTF8.GetBytes(Text),
        Marked(Encoding.UTF8),
        Marked(Encoding.Unicode),
        Marked(Encoding.BigEndianUnicode),
        Encoding.Unicode.GetBytes(Text),
        Encoding.BigEndianUnicode.GetBytes(Text),
    };

    [Theory]
    [MemberData(nameof(Certain), DisableDiscoveryEnumeration = true)]
    public void Decode_ByMarkOrContent_ReturnsTheText(byte[] bytes) => DevisText.Decode(bytes, "'x.csv'").ShouldBe(Text);

    [Fact]
    public void Decode_Windows1252_NamesItAndTheLineAndHowToConvert()
    {
        byte[] bytes = [.. Encoding.ASCII.GetBytes("numero_devis,montant\nD-1,l"), 0x92, 0x9C, 0x80];

        var refused = Should.Throw<DevisImportException>(() => DevisText.Decode(bytes, "'x.csv'"));

        refused.Message.ShouldContain("windows-1252");
        refused.Message.ShouldContain("line 2");
        refused.Hint.ShouldContain("iconv -f windows-1252 -t utf-8");
    }

    [Fact]
    public void Decode_IncompleteUtf16_IsRejected() =>
        Should.Throw<DevisImportException>(() => DevisText.Decode([0xFF, 0xFE, (byte)'a', 0, 0x00, 0xD8], "'x.csv'")).Message.ShouldContain("UTF-16");

    private static byte[] Marked(Encoding encoding) => [.. encoding.GetPreamble(), .. encoding.GetBytes(Text)];
}
