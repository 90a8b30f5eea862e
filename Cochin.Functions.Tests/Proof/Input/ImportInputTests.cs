using System.Text;
using Cochin.Functions.Devis;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using CsCheck;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Whatever a file holds: its quotes are imported, or it is said in words why not.</summary>
public sealed class ImportInputTests(AzuriteServer server) : CommandTest(server)
{
    private const string Header = "numero_devis,montant,statut,date_debut,date_rendu,agent_plateforme";

    private readonly string file = Path.GetTempFileName();

    public override ValueTask DisposeAsync()
    {
        File.Delete(file);
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }

    [Fact]
    public async Task File_OfAnyBytes_IsReadOrRefusedInWords()
    {
        var (read, refused, quotes, problems) = (0, 0, 0, 0);
        Encoding[] encodings =
        [
            Encoding.UTF8,
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true),
            Encoding.Unicode,
            Encoding.BigEndianUnicode,
            Encoding.UTF32,
            Encoding.Latin1,
        ];
        var cell = Gen.Frequency((2, Hostile.OneOf("D-1", "1.5", "true", "0", "2026-11-24", "\"a,b\"", "\"a", "a\"b")), (1, Hostile.Text));
        var headers = Hostile.OneOf(
            Header,
            Header.ToUpperInvariant(),
            Header.Replace(',', ';'),
            "\"" + Header.Replace(",", "\",\"") + "\"",
            Header + ",x",
            "x");
        var line = Gen.Frequency((5, cell.Array[0, 9]), (1, Gen.Const((string[])["D-1", "1.5", "true", "2026-11-24", "2026-11-24", "a"])));
        var csv = Gen.Select(headers, line.Array[0, 6], Hostile.OneOf("\n", "\r\n", "\r", "\n\n"))
            .Select((header, lines, end) => string.Join(end, [header, .. lines.Select(cells => string.Join(',', cells))]));
        const string Whole = """{"numero_devis":"a","montant":null,"statut":true,"date_debut":null,"date_rendu":null,"agent_plateforme":null}""";
        var json = Gen.Select(Hostile.OneOf("[", "{", "[[", $"[{Whole},", ""), cell.Array[0, 8], Hostile.OneOf("]", "}", "}]", ""))
            .Select((open, cells, close) =>
            {
                var members = cells.Chunk(2).Select(pair =>
                    $"\"{DevisFields.All[pair[0].Length % 6]}\":{(pair[^1].Length % 2 == 0 ? $"\"{pair[^1]}\"" : pair[^1])}");
                return $"{open}{{{string.Join(',', members)}}}{close}";
            });
        var files = Gen.Frequency(
            (4, Gen.Select(csv, Hostile.OneOf(encodings)).Select((text, encoding) => (byte[])[.. encoding.GetPreamble(), .. encoding.GetBytes(text)])),
            (3, json.Select(Encoding.UTF8.GetBytes)),
            (1, Gen.Byte.Array[0, 400]));

        await files.SampleAsync(
            async bytes =>
            {
                await File.WriteAllBytesAsync(file, bytes, Cancellation);
                try
                {
                    var parsed = await DevisFile.ReadAsync(file, Cancellation);
                    (read, quotes, problems) = (read + 1, quotes + parsed.Devis.Count, problems + parsed.Problems.Count);
                    parsed.Problems.ShouldAllBe(problem => problem.Reason.Length < 1_000);
                    parsed.Devis.Select(devis => devis.Number).ShouldBeUnique();
                }
                catch (DevisImportException e)
                {
                    refused++;
                    e.Message.Length.ShouldBeLessThan(600);
                }
            },
            iter: ProofScale.Of(600, 30_000),
            threads: 1);

        quotes.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
        ProofReport.Write(
            "7.3",
            "Files to import",
            $"{read + refused} files in CSV, JSON and neither, in six encodings: each was read, or refused with a readable message.",
            ["read", "refused", "quotes", "lines with a problem"],
            [[read, refused, quotes, problems]]);
    }

    public static TheoryData<string, int> Monsters() => new()
    {
        { Header + "\n" + new string('x', 10_000_000), 3 },
        { new string('x', 10_000_000), 2 },
        { Header + "\nD-1," + new string('9', 5_000_000) + ",true,,,", 3 },
        { Header + "\n\"D-1,1,true,,,a\nD-2,1,true,,,b", 3 },
        { Header + "\nD-1\0,1,true,,,a", 3 },
        { Header + "\n=cmd|'/c calc'!A1,1,true,,,a", 0 },
        { Header + "\n" + new string('#', 200) + ",1,true,,,a", 3 },
        { Header + "\nD-1,1,true,,,a,b,c,d", 0 },
        { "\uFEFF" + Header + "\r\nD-1,1,true,,,a\rD-2,2,false,,,b\n", 0 },
        { string.Concat(Enumerable.Repeat("[", 100_000)), 2 },
        { "[{\"numero_devis\":\"a\",\"numero_devis\":\"b\",\"montant\":1e400,\"statut\":true}]", 3 },
        { "[{\"numero_devis\":\"\\ud800\",\"statut\":true}]", 2 },
        { "[{\"" + new string('k', 1_000_000) + "\":1}]", 2 },
    };

    [Theory]
    [MemberData(nameof(Monsters), DisableDiscoveryEnumeration = true)]
    public async Task File_ThatIsAMonster_EndsAsTheContractSays(string text, int code)
    {
        await File.WriteAllTextAsync(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), Cancellation);

        var result = await Typed.RunAsync(Settings, "devis", "import", file);

        result.ExitCode.ShouldBe(code);
        result.Errors.Length.ShouldBeLessThan(2_000);
    }

    [Fact]
    public async Task Quotes_WithHostileNumbers_AreImportedListedAndFoundAgain()
    {
        var numbers = new List<string>();
        Hostile.Key
            .Where(number => number.Trim().Length > 0 && !number.Contains('"') && !number.Contains('\uFFFD'))
            .Sample(number => numbers.Add(number.Trim()), iter: ProofScale.Of(40, 600), threads: 1);
        numbers = [.. numbers.Distinct()];
        var quotes = numbers.Select(number => new
        {
            numero_devis = number, montant = "1.5", statut = true, date_debut = (string?)null, date_rendu = (string?)null, agent_plateforme = number,
        });
        await File.WriteAllTextAsync(file, System.Text.Json.JsonSerializer.Serialize(quotes), Cancellation);

        var first = await Typed.RunAsync(Settings, "devis", "import", file, "--json");
        var second = await Typed.RunAsync(Settings, "devis", "import", file, "--json");
        var list = await Typed.RunAsync(Settings, "devis", "list", "--json");
        await Typed.RunAsync(Settings, "devis", "list");

        first.Json.GetProperty("problems").GetArrayLength().ShouldBe(0);
        first.Json.GetProperty("added").GetInt32().ShouldBe(numbers.Count);
        second.Json.GetProperty("unchanged").GetInt32().ShouldBe(numbers.Count);
        list.Json.GetProperty("devis").EnumerateArray().Select(devis => devis.GetProperty("number").GetString()).ShouldBe(numbers, ignoreOrder: true);
    }
}
