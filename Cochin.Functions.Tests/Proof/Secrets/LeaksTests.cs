using System.Text;

namespace Cochin.Functions.Tests.Proof.Secrets;

/// <summary>A search that finds nothing proves nothing unless it finds what is there.</summary>
public sealed class LeaksTests
{
    private const string Secret = "m4rked+token/of=the\"webhook";

    public static TheoryData<string> Texts() =>
    [
        $"POST /api/{Secret} 401",
        $"sig={Uri.EscapeDataString(Secret)}&sp=r",
        System.Text.Json.JsonSerializer.Serialize(new { error = Secret }),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("user:" + Secret + "@host")),
        Convert.ToBase64String(Encoding.UTF8.GetBytes("a" + Secret + "!")),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Search_OfATextWithTheSecret_FindsIt(string text)
    {
        var leaks = new Leaks([Secret]);

        leaks.Search("a text", text);

        leaks.Found.ShouldHaveSingleItem().ShouldStartWith("a text");
    }

    [Fact]
    public void Search_OfAnotherText_FindsNothing()
    {
        var leaks = new Leaks([Secret]);

        leaks.Search("a text", "POST /api/*** 401");

        leaks.Found.ShouldBeEmpty();
        leaks.Places.ShouldBe(1);
    }
}
