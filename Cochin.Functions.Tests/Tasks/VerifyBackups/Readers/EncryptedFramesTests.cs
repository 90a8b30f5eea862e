using System.Buffers.Text;
using System.Text;
using Cochin.Functions.Tasks.VerifyBackups.Readers;

namespace Cochin.Functions.Tests.Tasks.VerifyBackups.Readers;

public sealed class EncryptedFramesTests
{
    // https://github.com/fernet/spec/blob/master/generate.json
    private const string SpecKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
    private const string SpecToken = "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==";

    private static readonly byte[] Backup = TestData.PythonEncrypted;

    [Fact]
    public void Token_OfTheSpecification_IsOpened()
    {
        var token = Encoding.ASCII.GetBytes(SpecToken);
        var (decoded, plain) = (new byte[token.Length], new byte[token.Length]);
        using var key = new FernetKey(Base64Url.DecodeFromChars(SpecKey));

        FernetKey.TryDecode(token, decoded, out var length).ShouldBeTrue();

        key.TryOpen(decoded.AsSpan(0, length), plain).ShouldBe(5);
        Encoding.ASCII.GetString(plain, 0, 5).ShouldBe("hello");
    }

    [Fact]
    public void Token_WithAnyBitChanged_IsNotOpened()
    {
        var token = Encoding.ASCII.GetBytes(SpecToken);
        var (decoded, plain) = (new byte[token.Length], new byte[token.Length]);
        using var key = new FernetKey(Base64Url.DecodeFromChars(SpecKey));
        FernetKey.TryDecode(token, decoded, out var length);

        for (var at = 0; at < length; at++)
        {
            key.TryOpen(decoded.With(at, 1).AsSpan(0, length), plain).ShouldBeNull($"byte {at}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gAAAAAAdwJ6wAAEC")]
    [InlineData("%%%" + SpecToken)]
    [InlineData(SpecToken + "====")]
    [InlineData("hAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==")]
    [InlineData("gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA")]
    [InlineData("gAAA    AAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==")]
    public void Token_InAnotherFormat_IsRejected(string text) => FernetKey.TryDecode(Encoding.ASCII.GetBytes(text), new byte[1_000], out _).ShouldBeFalse();

    [Fact]
    public void Key_OfAUser_EqualsThatOfTheApplication()
    {
        FernetKey.Derive(TestData.SecretKey, TestData.KeyOwner).ShouldBe(TestData.PythonKey);
        FernetKey.Derive(TestData.SecretKey, "marie").ShouldBeNull();
        FernetKey.Derive(TestData.SecretKey, "_marie").ShouldBeNull();
    }

    [Fact]
    public async Task Backup_FromAnotherImplementation_IsSound()
    {
        (await TestData.TestAsync("a.encrypted", Backup, TestData.PythonKey)).ShouldBe(new StructureResult(VerifiedLevel.Contents));
        (await TestData.TestAsync("a.encrypted", Backup)).ShouldBe(new StructureResult(VerifiedLevel.Structure));
    }

    [Fact]
    public async Task Backup_WithAWrongKey_IsLockedAndNotDamaged()
    {
        var result = await TestData.TestAsync("a.encrypted", Backup, TestData.Noise(32));

        (result.IsLocked, result.Damage).ShouldBe((true, null));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(-1)]
    public async Task Backup_WithOneTokenChanged_IsDamaged(int which)
    {
        var tokens = TestData.Tokens(Backup);
        var changed = which < 0 ? tokens.Count - 1 : which;
        tokens[changed] = tokens[changed].With(50, 1);
        var backup = TestData.Frames(tokens);

        (await TestData.TestAsync("a.encrypted", backup, TestData.PythonKey)).Damage
            .ShouldBe($"has 1 of {tokens.Count} encrypted frames that were modified after they were signed");
        (await TestData.TestAsync("a.encrypted", backup)).Damage.ShouldBeNull();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Backup_WithAFrameMissing_IsDamagedIfItCanBeDecrypted(bool last)
    {
        var tokens = TestData.Tokens(Backup);
        tokens.RemoveAt(last ? tokens.Count - 1 : 2);

        (await TestData.TestAsync("a.encrypted", TestData.Frames(tokens), TestData.PythonKey)).Damage!.ShouldContain("can be decrypted, but its archive");
    }

    [Fact]
    public async Task Backup_CutOffAnywhere_IsDamaged()
    {
        for (var length = 0; length < Backup.Length; length += 97)
        {
            (await TestData.TestAsync("a.encrypted", Backup[..length])).Damage.ShouldNotBeNull($"{length} bytes");
            (await TestData.TestAsync("a.encrypted", Backup[..length], TestData.PythonKey)).Damage.ShouldNotBeNull($"{length} bytes");
        }
    }

    [Fact]
    public async Task Backup_WithDataAfterItsEnd_IsDamaged()
    {
        (await TestData.TestAsync("a.encrypted", [.. Backup, 1])).Damage.ShouldNotBeNull();
        (await TestData.TestAsync("a.encrypted", [.. Backup, .. new byte[500]], TestData.PythonKey)).Damage!.ShouldStartWith("has a frame of 0 bytes");
    }

    [Fact]
    public async Task Backup_WithASalt_IsOfTheOlderFormat()
    {
        byte[] salted = [.. TestData.Noise(32), .. Backup];

        (await TestData.TestAsync("a.encrypted", salted)).ShouldBe(new StructureResult(VerifiedLevel.Structure));
        (await TestData.TestAsync("a.encrypted", salted, TestData.Noise(32))).ShouldBe(new StructureResult(VerifiedLevel.Structure));
        (await TestData.TestAsync("a.encrypted", salted[..32])).Damage.ShouldNotBeNull();
    }

    [Fact]
    public async Task Backup_WithRandomContent_IsDamaged()
    {
        (await TestData.TestAsync("a.encrypted", TestData.Noise(10_000))).Damage!.ShouldContain("does not start with a frame");
        (await TestData.TestAsync("a.encrypted", new byte[10_000], TestData.PythonKey)).Damage.ShouldNotBeNull();
    }

    [Fact]
    public async Task Backup_WithAHugeFrame_IsDamaged() =>
        (await TestData.TestAsync("a.encrypted", [0x7F, 0xFF, 0xFF, 0xFF, .. "gAAAAA"u8, .. new byte[5_000]])).Damage!
            .ShouldContain("which is not a valid length");

    [Fact]
    public async Task Backup_WithoutAZipOrWithoutADatabaseInIt_IsDamaged()
    {
        (await TestData.TestAsync("a.encrypted", TestData.Frames(TestData.Token(TestData.Text)), TestData.PythonKey)).Damage!.ShouldContain("not a zip");
        (await TestData.TestAsync("a.encrypted", TestData.Frames(TestData.Token(TestData.Zip(("a.txt", TestData.Text)))), TestData.PythonKey)).Damage!
            .ShouldContain("database.sql");
        (await TestData.TestAsync("a.encrypted", TestData.Frames(TestData.Token(TestData.Zip(("database.sql", TestData.Text)))), TestData.PythonKey))
            .ShouldBe(new StructureResult(VerifiedLevel.Contents));
    }
}
