using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class CommonPrefixesTests
{
    private static readonly string[] Characters = ["a", "b", "-", "é", "😀", "😁"];

    [Theory]
    [InlineData(10, "temp/")]
    [InlineData(2, "temp/a temp/b")]
    [InlineData(1, "temp/a1 temp/a2 temp/b")]
    public void Finish_GroupsBySize(int size, string expected) =>
        Group(size, "temp/a1", "temp/a2", "temp/b").ShouldBe(expected.Split(' '));

    [Fact]
    public void Finish_NameThatOthersStartWith_IsNotDivided() =>
        Group(1, "temp/x", "temp/x-1", "temp/x.txt", "temp/y").ShouldBe(["temp/x", "temp/y"]);

    [Fact]
    public void Finish_CharactersOfTwoUnits_AreNotCut() => Group(1, "temp/a", "temp/😀", "temp/😁").ShouldBe(["temp/a", "temp/😀", "temp/😁"]);

    [Fact]
    public void Finish_SameNameTwice_IsOneGroup() => Group(1, "temp/x", "temp/x", "temp/y").ShouldBe(["temp/x", "temp/y"]);

    [Theory]
    [InlineData("temp/b", "temp/a")]
    [InlineData("temp/a1", "temp/b", "temp/a2")]
    [InlineData("temp/a1", "temp/b", "temp/a")]
    public void Finish_NamesOutOfOrder_IsNull(params string[] names) => Group(1, names).ShouldBeNull();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void Finish_RandomNames_EachIsInExactlyOneGroup(int size)
    {
        var random = new Random(size);
        string[] names =
        [
            .. Enumerable.Range(0, 500)
                .Select(_ => "temp/" + string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Characters[random.Next(Characters.Length)])))
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];

        var groups = Group(size, names).ShouldNotBeNull();

        names.ShouldAllBe(name => groups.Count(group => name.StartsWith(group, StringComparison.Ordinal)) == 1);
        groups.Where(group => !names.Contains(group)).ShouldAllBe(group => names.Count(name => name.StartsWith(group, StringComparison.Ordinal)) <= size);
    }

    private static IReadOnlyList<string>? Group(int size, params string[] names)
    {
        var prefixes = new CommonPrefixes("temp/", size);
        foreach (var name in names)
        {
            prefixes.Add(name);
        }

        return prefixes.Finish();
    }
}
