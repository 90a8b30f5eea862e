using Cochin.Functions.Storage;

namespace Cochin.Functions.Tests.Proof.Stores;

/// <summary>Quotes that start, are due, both on one day, late, announced already, expired or inactive: two messages' worth.</summary>
internal class QuotesWork : Work
{
    public override string Name => "check_devis_notifications";

    public override string Job => "check_devis_notifications";

    public override IReadOnlyDictionary<string, long> Expected { get; } =
        new Dictionary<string, long> { ["examined"] = 9, ["startSent"] = 6, ["endSent"] = 6, ["late"] = 1, ["alreadySent"] = 1, ["expired"] = 1 };

    // Where it is about noon: a day must not end in the middle of a matrix.
    public override IEnumerable<KeyValuePair<string, string>> Settings { get; } =
        [new("Cochin__TimeZone", $"Etc/GMT{Offset(TimeProvider.System.GetUtcNow().Hour):+0;-0;+0}")];

    public override Task FillAsync(ProofStore store)
    {
        var now = TimeProvider.System.GetUtcNow();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(Settings.First().Value)).DateTime);
        return Task.WhenAll(
            QuoteAsync("D1", today, today),
            QuoteAsync("D2", today, today),
            QuoteAsync("D3", today, today),
            QuoteAsync("D4", today, today),
            QuoteAsync("D5", today.AddDays(-2), today.AddDays(30)),
            QuoteAsync("D6", today.AddDays(-40), today),
            QuoteAsync("D7", today.AddDays(30), today),
            QuoteAsync("D8", today, today.AddDays(30), announced: today),
            QuoteAsync("D9", today, null),
            store.AddDevisAsync("D0", ("Statut", false), ("DateDebut", DevisRow.Text(today))));

        Task QuoteAsync(string number, DateOnly start, DateOnly? end, DateOnly? announced = null) => store.AddDevisAsync(
            number,
            ("Statut", true),
            ("Montant", "1234.56"),
            ("DateDebut", DevisRow.Text(start)),
            ("DateRendu", end is { } due ? DevisRow.Text(due) : null),
            ("StartNotifiedFor", announced is { } date ? DevisRow.Text(date) : null));
    }

    // The names of these zones have the sign turned round.
    private static int Offset(int hour) => Math.Clamp(hour - 12, -12, 12);
}
