using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.SyncDjango;
using Cochin.Functions.Tasks.SyncDjango.Mapping;
using Cochin.Functions.Tasks.SyncDjango.Source;

namespace Cochin.Functions.Tests.Tasks.SyncDjango.Mapping;

public sealed class QuoteRowTests
{
    private static readonly Dictionary<string, object?> Plain = new()
    {
        ["id"] = 7L, ["is_active"] = 1L, ["discord_start_notified"] = 0L, ["discord_end_notified"] = 0L, ["numero_devis"] = "DV/2026/105",
        ["montant"] = "7300.25", ["statut"] = "True", ["date_debut"] = "2026-12-01", ["date_rendu"] = "2026-12-31", ["agent_plateforme"] = "Agence \"Est\"",
    };

    [Fact]
    public void Merge_NewQuote_HasAllColumns() => Written().ShouldBe(
        "AgentPlateforme=Agence \"Est\" DateDebut=2026-12-01 DateRendu=2026-12-31 Montant=7300.25 Numero=DV/2026/105 Statut=True");

    [Theory]
    [InlineData("montant", "1 234,56", "Montant=1234.56")]
    [InlineData("montant", "1\u202f234,56 €", "Montant=1234.56")]
    [InlineData("montant", "12500.0", "Montant=12500.0")]
    [InlineData("montant", "beaucoup", "Montant=beaucoup")]
    [InlineData("date_debut", "15/11/2026", "DateDebut=2026-11-15")]
    [InlineData("date_debut", "bientôt", "DateDebut=bientôt")]
    [InlineData("statut", "False", "Statut=False")]
    [InlineData("statut", "peut-être", "Statut=peut-être")]
    [InlineData("numero_devis", "  DV-1 ", "Numero=DV-1")]
    public void Merge_Value_IsWrittenAsInTheContractOrAsItIs(string field, object value, string expected) =>
        Written((field, value)).ShouldContain(expected);

    [Theory]
    [InlineData("montant", "", "Montant")]
    [InlineData("montant", "1.234", "Montant")]
    [InlineData("date_debut", " ", "DateDebut")]
    [InlineData("numero_devis", "", "Numero")]
    [InlineData("statut", "", "Statut")]
    public void Merge_ValueThatIsEmptyOrAmbiguous_GivesNoColumn(string field, object value, string column) =>
        Written((field, value)).Split(' ').ShouldNotContain(text => text.StartsWith(column + "=", StringComparison.Ordinal));

    [Theory]
    [InlineData("montant", "beaucoup")]
    [InlineData("montant", "1.234")]
    [InlineData("date_rendu", "bientôt")]
    [InlineData("statut", "peut-être")]
    [InlineData("statut", "")]
    [InlineData("is_active", 7L)]
    public void Problems_OfAValueThatCannotBeRead_NameTheField(string field, object value) =>
        Row((field, value)).Problems.ShouldHaveSingleItem().ShouldContain(field);

    [Fact]
    public void Merge_InactiveRecord_IsNotActive() => Written(("is_active", 0L), ("statut", "True")).ShouldContain("Statut=False");

    [Fact]
    public void Merge_SentFlags_AreTheDatesThatWereAnnounced() =>
        Written(("discord_start_notified", 1L), ("discord_end_notified", 1L))
            .ShouldContain("EndNotifiedFor=2026-12-31 Montant=7300.25 Numero=DV/2026/105 StartNotifiedFor=2026-12-01");

    [Fact]
    public void Merge_SentFlagWithoutADate_IsNotAnAnnouncement() =>
        Written(("discord_start_notified", 1L), ("date_debut", "bientôt")).ShouldNotContain("StartNotifiedFor");

    [Fact]
    public void Merge_ColumnOfAnAnnouncement_IsKept()
    {
        var row = Row(("discord_start_notified", 1L)).Merge(null).Row!;
        row["StartNotifiedFor"] = "2026-11-01";

        var change = Row(("discord_start_notified", 1L)).Merge(row);

        change.Row.ShouldBeNull("a changed date is announced again, so the column is not set to it");
    }

    [Fact]
    public void Merge_RowWithOtherColumns_KeepsThem()
    {
        var row = Row().Merge(null).Row!;
        row["Note"] = "appeler";

        var changed = Row(("montant", "10")).Merge(row).Row.ShouldNotBeNull();

        changed["Note"].ShouldBe("appeler");
        changed["Montant"].ShouldBe("10");
    }

    [Fact]
    public void Merge_FieldThatDoesNotExist_LeavesTheColumn()
    {
        var row = Row().Merge(null).Row!;
        var values = new Dictionary<string, object?>(Plain);
        values.Remove("date_debut");

        QuoteRow.From(new SourceRecord(values), static _ => null).Merge(row).Row.ShouldBeNull();
    }

    [Fact]
    public void Merge_EmptiedDate_IsRemoved() =>
        Row(("date_debut", "")).Merge(Row().Merge(null).Row).Row.ShouldNotBeNull().ContainsKey("DateDebut").ShouldBeFalse();

    [Fact]
    public void Merge_ColumnOfAnotherType_IsKeptAndReported()
    {
        var row = Row().Merge(null).Row!;
        row["Montant"] = 7.5;

        var change = Row(("montant", "10")).Merge(row);

        change.Row.ShouldBeNull();
        change.Problems.ShouldHaveSingleItem().ShouldContain("Montant");
    }

    [Fact]
    public void Merge_ImportedRow_HandsOverWhatItAnnounced()
    {
        var row = Replacing(Imported("2026-12-01", "unreadable")).Merge(null).Row!;

        row["StartNotifiedFor"].ShouldBe("2026-12-01");
        row.ContainsKey("EndNotifiedFor").ShouldBeFalse();
    }

    [Fact]
    public void Merge_SeveralImportedRows_HandOverTheAnnouncementOfTheDate() =>
        Replacing(Imported("2026-12-05"), Imported("2026-12-01"), Imported(null)).Merge(null).Row!["StartNotifiedFor"].ShouldBe("2026-12-01");

    [Theory]
    [InlineData(true, "2026-12-01")]
    [InlineData(false, "2026-11-01")]
    public void Merge_AnnouncementOfAnEarlierDate_IsReplacedByThatOfTheActiveImportedRow(bool isActive, string expected)
    {
        var row = Row().Merge(null).Row!;
        row["StartNotifiedFor"] = "2026-11-01";

        var change = Replacing(Imported("2026-12-01") with { IsActive = isActive }).Merge(row);

        (change.Row ?? row)["StartNotifiedFor"].ShouldBe(expected);
    }

    [Theory]
    [InlineData(1, "2026-12-01")]
    [InlineData(-1, "2026-11-01")] // Announced before the row was written: the date was changed, and changed back.
    public void Merge_AlertSentWhileTheImportedRowWasReplaced_IsNotSentAgain(int seconds, string expected)
    {
        var row = Row().Merge(null).Row!;
        row["StartNotifiedFor"] = "2026-11-01";
        row.Timestamp = new DateTimeOffset(2026, 12, 1, 8, 0, 0, TimeSpan.Zero);

        var change = Replacing(Imported("2026-12-01") with { IsActive = false, WrittenAt = row.Timestamp.Value.AddSeconds(seconds) }).Merge(row);

        (change.Row ?? row)["StartNotifiedFor"].ShouldBe(expected);
    }

    [Theory]
    [InlineData("False")]
    [InlineData("True")]
    public void Merge_StatusThatCanBeReadAgain_ReplacesTheUnreadableText(string status)
    {
        var row = Row(("statut", "peut-être")).Merge(null).Row!;

        var change = Row(("statut", status)).Merge(row);

        change.Row.ShouldNotBeNull()["Statut"].ShouldBe(bool.Parse(status));
        change.Problems.ShouldBeEmpty();
        Row(("statut", status)).Merge(change.Row).Row.ShouldBeNull();
    }

    [Fact]
    public void Merge_StatusThatIsUnreadable_ReplacesNoOtherType()
    {
        var row = Row().Merge(null).Row!;
        row.Set("Statut", 1);

        var change = Row(("statut", "False")).Merge(row);

        change.Row.ShouldBeNull();
        change.Problems.ShouldHaveSingleItem().ShouldContain("Statut");
    }

    [Fact]
    public void Merge_CreationTime_IsKeptInTheRow()
    {
        var row = Row().Merge(null).Row!;

        var change = Row(("created_at", "2026-11-10 09:00:00.125")).Merge(row).Row.ShouldNotBeNull("a row without it counts as the same");

        change["CreatedAt"].ShouldBe(new DateTimeOffset(2026, 11, 10, 9, 0, 0, 125, TimeSpan.Zero));
        Row().Merge(change).Row.ShouldBeNull();
    }

    [Fact]
    public void Merge_RowOfAnotherRecord_IsLeftAsItIs()
    {
        var row = Row(("created_at", "2026-11-10 09:00:00")).Merge(null).Row!;
        row["StartNotifiedFor"] = "2026-12-01";

        var change = Row(("created_at", "2026-11-28 09:00:00"), ("numero_devis", "DV-9")).Merge(row);

        change.Row.ShouldBeNull();
        change.Kept.ShouldNotBeNull().Kind.ShouldBe(DiscrepancyKind.OtherRecord);
    }

    private static EarlierQuote Imported(string? start, string? end = null) => new("key", "DV/2026/105", default, IsActive: true, start, end);

    private static QuoteRow Replacing(params EarlierQuote[] imported) =>
        QuoteRow.From(new SourceRecord(Plain), number => number == "DV/2026/105" ? [.. imported] : null);

    private static QuoteRow Row(params (string Field, object? Value)[] changes)
    {
        var values = new Dictionary<string, object?>(Plain);
        foreach (var (field, value) in changes)
        {
            values[field] = value;
        }

        return QuoteRow.From(new SourceRecord(values), static _ => null);
    }

    private static string Written(params (string Field, object? Value)[] changes) => SyncTest.Text(Row(changes).Merge(null).Row.ShouldNotBeNull());
}
