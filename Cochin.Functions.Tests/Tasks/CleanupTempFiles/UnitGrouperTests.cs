using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.CleanupTempFiles;
using CsCheck;

namespace Cochin.Functions.Tests.Tasks.CleanupTempFiles;

public sealed class UnitGrouperTests
{
    [Fact]
    public void Add_AnyListing_GroupsByTopLevelName()
    {
        var segment = Gen.Int[0, 9].Select(i => new[] { "a", "a-b", "a.b", "a b", "ab", "b", "é", "a!", "", "a-b-c" }[i]);
        var name = Gen.OneOf(
            segment,
            Gen.Select(segment, segment).Select((first, second) => $"{first}/{second}"),
            Gen.Select(segment, segment, segment).Select((a, b, c) => $"{a}/{b}/{c}"));
        var names = name.Where(name => name.Length > 0).Array[0, 40].Select(all => all.Distinct().Order(StringComparer.Ordinal).ToArray());

        Gen.Select(names, Gen.Int[0, 8]).Sample((listing, keep) =>
        {
            var units = Group(listing, keep);

            var expected = listing.GroupBy(one => one.Split('/')[0]).ToDictionary(group => group.Key, group => group.ToArray());
            units.Select(unit => unit.Name).Order(StringComparer.Ordinal).ShouldBe(expected.Keys.Order(StringComparer.Ordinal));
            foreach (var unit in units)
            {
                unit.BlobCount.ShouldBe(expected[unit.Name].Length);
                unit.Bytes.ShouldBe(expected[unit.Name].Sum(one => (long)one.Length));
                unit.Blobs?.Select(blob => blob.Name["temp/".Length..]).ShouldBe(expected[unit.Name]);
            }
        }, iter: 3_000);
    }

    [Fact]
    public void Add_MoreBlobsThanTheLimit_KeepsNoneOfThatUnit()
    {
        var units = Group(["big/1", "big/2", "big/3", "small"], keep: 2);

        units.Single(unit => unit.Name == "big").Blobs.ShouldBeNull();
        units.Single(unit => unit.Name == "small").Blobs.ShouldNotBeNull().Count.ShouldBe(1);
    }

    [Fact]
    public void Add_MarkerOfTheArea_IsNotAUnit() => Group(["", "x"], keep: 9).ShouldHaveSingleItem().Name.ShouldBe("x");

    [Fact]
    public void Newest_Folder_IsTheNewestBlob()
    {
        var grouper = new UnitGrouper("temp", 10);
        var day = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var units = new[] { Blob("f/1", day), Blob("f/2", day.AddHours(3)), Blob("f/3", day.AddHours(1)) }.SelectMany(grouper.Add).Concat(grouper.Finish());

        units.ShouldHaveSingleItem().Newest.ShouldBe(day.AddHours(3));
    }

    private static List<TempUnit> Group(IEnumerable<string> names, int keep)
    {
        var grouper = new UnitGrouper("temp", keep);
        var units = names.Select(name => Blob(name, DateTimeOffset.UnixEpoch)).SelectMany(blob => grouper.Add(blob).ToList()).ToList();
        return [.. units, .. grouper.Finish()];
    }

    private static ListedBlob Blob(string name, DateTimeOffset lastModified) =>
        new("temp/" + name, new global::Azure.ETag("\"0x1\""), lastModified, name.Length, IsLeased: false);
}
