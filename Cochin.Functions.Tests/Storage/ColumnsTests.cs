using Azure.Data.Tables;
using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Storage;

public sealed class ColumnsTests
{
    [Theory]
    [InlineData("2026-06-01T12:30:00Z")]
    [InlineData("2026-06-01T14:30:00+02:00")]
    [InlineData("2026-06-01T12:30:00.000000+00:00")]
    [InlineData("2026-06-01T12:30:00.0000000Z")]
    [InlineData("2026-06-01T12:30:00")]
    [InlineData("2026-06-01 12:30:00+00:00")]
    [InlineData("2026-06-01T12:30Z")]
    public void Time_IsoText_IsRead(string text) =>
        Row(text).Time("At").ShouldBe(new DateTimeOffset(2026, 6, 1, 12, 30, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("02/06/2026 10:00")]
    [InlineData("10:00")]
    [InlineData("2026-06-01")]
    [InlineData("June 2026")]
    [InlineData("yesterday")]
    [InlineData("")]
    public void Time_AmbiguousText_IsNull(string text) => Row(text).Time("At").ShouldBeNull();

    [Fact]
    public void Values_OfAnotherType_AreNull()
    {
        var row = Row(7);

        row.Time("At").ShouldBeNull();
        row.Text("At").ShouldBeNull();
        row.Flag("At").ShouldBeNull();
        Row("7 or 8").Number("At").ShouldBeNull();
        Row(7.5).Number("At").ShouldBeNull();
        row.Text("Missing").ShouldBeNull();
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData("yesterday", true)]
    [InlineData(false, true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    public void Has_ByValue_DistinguishesUnreadableFromMissing(object value, bool expected) => Row(value).Has("At").ShouldBe(expected);

    [Fact]
    public void Written_OfAnotherType_NamesIt()
    {
        Row("as it is ").Written("At").ShouldBe("as it is ");
        Row(7L).Written("At").ShouldBe("7 (Int64)");
        Row(new byte[] { 1 }).Written("At").ShouldBe("(Binary)");
        Row(7).Written("Missing").ShouldBeNull();
    }

    [Theory]
    [InlineData("True", true)]
    [InlineData(" false", false)]
    [InlineData("oui", null)]
    [InlineData(1, null)]
    public void Flag_AsText_IsReadIfItIsCertain(object value, bool? expected) => Row(value).Flag("At").ShouldBe(expected);

    [Fact]
    public void Number_WholeInAnotherType_IsRead()
    {
        Row(7.0).Number("At").ShouldBe(7);
        Row(" 7").Number("At").ShouldBe(7);
    }

    [Fact]
    public void Number_EitherWidth_IsRead()
    {
        Row(7).Number("At").ShouldBe(7);
        Row(7L).Number("At").ShouldBe(7);
    }

    private static TableEntity Row(object value) => new("p", "r") { ["At"] = value };
}
