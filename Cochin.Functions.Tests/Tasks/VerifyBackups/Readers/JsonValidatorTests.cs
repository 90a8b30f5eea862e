using System.Text;
using System.Text.Json;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

public sealed class JsonValidatorTests
{
    public static TheoryData<string> Texts() =>
    [
        "{}", "[]", " \r\n\t[1, -0.5e+10, 0, 1E5, -1, 10.25] ", "null", "true", "false", "0", "\"é\\u00e9\\n\\\"\\\\\\/\"", "\"€ 𝄞\"", "-12",
        "{\"a\": {\"b\": [[], {}, \"x\"]}, \"c\": null}", "", " ", "{", "[", "[1,]", "{\"a\":1,}", "{\"a\"}", "{\"a\":}", "{a: 1}", "{1: 1}",
        "[1 2]", "01", "1.", ".5", "-", "1e", "1e+", "+1", "--1", "nul", "nulll", "True", "NaNa", "Inf", "+Infinity", "-NaN", "nan",
        "\"", "\"\\x\"", "\"\\u12g4\"",
        "\"\t\"", "'a'", "[}", "{]", "]", "}", "[]]", "{}{}", "[] []", "[1]x", "1 2", ",", ":", "[,1]", "{,}", "\u0000", "[1\u0000]",
        "\"a\" \"b\"", "[\"a\":1]", "1,2", "/* */ 1",
    ];

    /// <summary>Compares the result with that of the .NET reader.</summary>
    [Theory]
    [MemberData(nameof(Texts))]
    public async Task Json_AnyText_AgreesWithTheLibrary(string text) => await CompareAsync(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("NaN")]
    [InlineData("[{\"x\": NaN}, Infinity, -Infinity]")]
    public async Task Json_WithNumbersThatPythonWrites_IsSound(string text) =>
        (await TestData.TestAsync("a.json", Encoding.UTF8.GetBytes(text))).Damage.ShouldBeNull();

    [Fact]
    public async Task Json_WithRandomChanges_AgreesWithTheLibrary()
    {
        var document = Encoding.UTF8.GetBytes("[{\"pk\": 12, \"é€𝄞\": [1.5e-3, true, null, \"a\\u00e9\\\\\"]}, -0, {}]");
        var random = new Random(7);
        for (var i = 0; i < 5_000; i++)
        {
            var changed = (byte[])document.Clone();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            await CompareAsync(random.Next(3) == 0 ? changed[..random.Next(changed.Length)] : changed);
        }
    }

    [Fact]
    public async Task Json_InSmallPieces_IsReadCorrectly()
    {
        var text = Encoding.UTF8.GetBytes("{\"clé\": \"" + new string('é', 300_000) + "€𝄞\", \"n\": [1, 2.5]}");

        (await TestData.TestAsync("a.json", new SlowStream(text), null, null!)).Damage.ShouldBeNull();
        (await TestData.TestAsync("a.json", new SlowStream(text[..^1]), null, null!)).Damage!.ShouldContain("cut off");
    }

    [Fact]
    public async Task Json_WithAByteOrderMark_IsSound() => (await TestData.TestAsync("a.json", [0xEF, 0xBB, 0xBF, .. "{}"u8])).Damage.ShouldBeNull();

    [Fact]
    public async Task Json_NestedTooDeep_IsNotDamaged()
    {
        var deep = Encoding.ASCII.GetBytes(new string('[', JsonValidator.MaxDepth - 1) + new string(']', JsonValidator.MaxDepth - 1));
        (await TestData.TestAsync("a.json", deep)).ShouldBe(new StructureResult(VerifiedLevel.Structure));

        var deeper = Encoding.ASCII.GetBytes(new string('[', 2_000_000));
        var result = await TestData.TestAsync("a.json", deeper);
        result.Damage.ShouldBeNull();
        result.Untested!.ShouldContain("nested");
    }

    private static async Task CompareAsync(byte[] text)
    {
        var damage = (await TestData.TestAsync("a.json", text)).Damage;

        (damage is null).ShouldBe(IsJson(text), $"{Encoding.Latin1.GetString(text)} ({damage})");
    }

    private static bool IsJson(byte[] text)
    {
        try
        {
            if (!System.Text.Unicode.Utf8.IsValid(text))
            {
                return false; // The library looks at that only when a string is asked for.
            }

            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Returns one to three bytes per read.</summary>
    private sealed class SlowStream(byte[] content) : ReadOnlyStream
    {
        private int at;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min((at % 3) + 1, content.Length - at), buffer.Length);
            content.AsSpan(at, count).CopyTo(buffer.Span);
            at += count;
            return ValueTask.FromResult(count);
        }
    }
}
