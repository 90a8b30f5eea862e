using System.Globalization;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Notifications.Notices;

public sealed class NoticeCardsTests
{
    private const string Error = "The storage can't be reached: connection refused. Check CochinStorage.";

    private static readonly DateTimeOffset Now = new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Kinds() => ["none", .. Enum.GetNames<FailureKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Failing_OfAnyKind_HasAFrenchReasonAndTheCommandThatShowsTheError(string kind)
    {
        var failure = Enum.TryParse<FailureKind>(kind, out var parsed) ? parsed : (FailureKind?)null;

        var card = Tell("fr-FR", failure, Error);

        card.Text.ShouldNotContain("storage");
        card.Text.ShouldEndWith(" Le détail est dans le rapport de l’exécution.");
        card.Fields.ShouldContain(field => field.IsCommand && field.Value == "./cochin explain 20261124T080000-abcdef");
        Tell("en-GB", failure, Error).Text.ShouldContain(Error);
    }

    [Fact]
    public void Failing_OfEachKind_HasATextOfItsOwn() =>
        Enum.GetValues<FailureKind>().Select(kind => Tell("fr-FR", kind, Error).Text).Distinct().Count().ShouldBe(Enum.GetValues<FailureKind>().Length);

    [Fact]
    public void Failing_WithoutAnError_SaysThatTheReasonIsNotKnown() => Tell("fr-FR", null, error: null).Text.ShouldBe("La raison n’est pas connue.");

    private static Card Tell(string culture, FailureKind? kind, string? error)
    {
        var run = new RunReport
        {
            Job = "nightly", Task = "nightly", RunId = "20261124T080000-abcdef", Trigger = RunTrigger.Scheduled, Occurrence = Now,
            StartedAt = Now, Result = new TaskResult { Outcome = Outcome.Failed, Error = error, Failure = kind },
        };
        var cards = new NoticeCards(new MessageSettings { Culture = CultureInfo.GetCultureInfo(culture) });
        return cards.Tell(new Concern(ConcernKind.Failing, "nightly", Now), run, Now);
    }
}
