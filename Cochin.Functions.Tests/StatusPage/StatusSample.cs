using System.Globalization;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.StatusPage;

/// <summary>Sample documents with a month of runs of five jobs.</summary>
internal static class StatusSample
{
    /// <summary>A Tuesday, 14:02 in Paris.</summary>
    public static readonly DateTime Now = new(2026, 11, 24, 13, 2, 11, DateTimeKind.Utc);

    private static readonly DateOnly First = new(2026, 10, 26);

    public static StatusDocument Healthy() => Document(
        [Devis(), TempFiles(), Weekend(), Stuck(), Rebuild()],
        new StatusOperations([Running()], 1, Backups(), 3, Note: null));

    public static StatusDocument WithProblems() => Document(
        [
            Devis() with
            {
                Condition = JobCondition.Failing,
                ConsecutiveFailures = 3,
                LastSuccess = At("11-21T07:00:03"),
                LastSuccessAgeSeconds = 78 * 3_600,
                LastRun = Run(
                    Outcome.Failed,
                    At("11-24T07:00:02"),
                    41_200,
                    "Discord answered 404 (Unknown Webhook): the webhook was deleted. Create a new one and set Cochin__Discord__WebhookUrl."),
                Days = Days(day => day >= 27 ? DayMark.Failed : DayMark.Completed, day => 300 + (day * 37 % 900), _ => null),
            },
            TempFiles(),
            Weekend() with
            {
                Condition = JobCondition.Off,
                Enabled = false,
                DisabledUntil = At("11-29T08:00:00"),
                DisabledReason = "moving the backups",
                NextRun = At("12-05T00:00:00"),
            },
            Stuck() with
            {
                Condition = JobCondition.Lost,
                LastRun = Run(Outcome.Lost, At("11-24T11:00:01"), null, "The process died before the run ended."),
                Days = Days(
                    day => day switch
                    {
                        29 => DayMark.Lost,
                        12 => DayMark.Recovered,
                        13 => DayMark.Missed,
                        20 => DayMark.Skipped,
                        _ => DayMark.Completed,
                    },
                    day => 40 + (day * 13 % 70),
                    _ => null),
            },
            Rebuild() with
            {
                Condition = JobCondition.Overdue, Overdue = true, LastSuccess = At("11-08T02:00:07"), LastSuccessAgeSeconds = 16 * 86_400,
                LastRun = Run(Outcome.Completed, At("11-08T02:00:02"), 5_100, null),
                Days = Days(day => day is 6 or 13 ? DayMark.Completed : DayMark.None, day => 4_000 + (day * 90), day => day * 100_000_000L),
            },
        ],
        new StatusOperations(
            [new StatusOperation("restore", "7f3a", "retour du 12", "running", Now.AddHours(-9), Now.AddHours(-8), Silent: true), Running()],
            2,
            Backups(),
            3,
            Note: null));

    public static StatusDocument Document(IReadOnlyList<StatusJob> jobs, StatusOperations? operations = null, StatusChanges? changes = null)
    {
        operations ??= new StatusOperations([], 0, [], 0, Note: null);
        return new StatusDocument
        {
            GeneratedAt = Now,
            Version = "0.1.0",
            TimeZone = "Europe/Paris",
            RenewedBy = jobs.Min(job => job.NextRun)?.AddHours(1),
            Health = HealthRule.Evaluate(jobs, operations),
            Jobs = jobs,
            Operations = operations,
            Changes = changes ?? Changes(),
        };
    }

    public static StatusJob Job(string name, string id = "b92850fe") => new()
    {
        Id = id,
        Name = name,
        Task = name,
        Schedule = "0 0 2 * * *",
        TimeZone = "Europe/Paris",
        Condition = JobCondition.Healthy,
        Enabled = true,
        PeriodSeconds = 86_400,
        NextRun = At("11-25T01:00:00"), LastSuccess = At("11-24T01:00:04"), LastSuccessAgeSeconds = 12 * 3_600,
        LastRun = Run(Outcome.Completed, At("11-24T01:00:02"), 1_840, null),
        Days = Days(_ => DayMark.Completed, day => 900 + (day * 61 % 1_300), day => (long)Math.Pow(day % 9, 3) * 9_000_000),
    };

    public static StatusRun Run(Outcome outcome, DateTime startedAt, double? durationMs, string? error) => new()
    {
        RunId = "20261124T080012-4f1c9a", Trigger = RunTrigger.Scheduled, Outcome = outcome, StartedAt = startedAt, DurationMs = durationMs, Error = error,
    };

    public static IReadOnlyList<StatusDay> Days(Func<int, DayMark> mark, Func<int, double?> longest, Func<int, long?> bytes) =>
    [
        .. Enumerable.Range(0, ThirtyDays.Count).Select(day => mark(day) is var of && of is DayMark.None or DayMark.Unread
            ? new StatusDay(First.AddDays(day), of, 0, 0, null, null)
            : new StatusDay(First.AddDays(day), of, 1, of >= DayMark.Lost ? 1 : 0, longest(day), bytes(day))),
    ];

    private static DateTime At(string time) =>
        DateTimeOffset.ParseExact("2026-" + time, "yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).UtcDateTime;

    private static StatusJob Devis() => Job("check_devis_notifications", "b234b4d2") with
    {
        Schedule = "0 0 8 * * *", NextRun = At("11-25T07:00:00"), LastSuccess = At("11-24T07:00:03"), LastSuccessAgeSeconds = 6 * 3_600,
        LastRun = Run(Outcome.Completed, At("11-24T07:00:02"), 1_173, null),
        Days = Days(day => day == 9 ? DayMark.Recovered : DayMark.Completed, day => 300 + (day * 37 % 900), _ => null),
    };

    private static StatusJob TempFiles() => Job("cleanup_temp_files");

    private static StatusJob Weekend() => Job("cleanup_temp_files_weekend", "fe196646") with
    {
        Task = "cleanup_temp_files", Schedule = "0 0 1 * * 6", PeriodSeconds = 604_800, NextRun = At("11-28T00:00:00"),
        LastSuccess = At("11-21T00:00:05"), LastSuccessAgeSeconds = 3.5 * 86_400, LastRun = Run(Outcome.Completed, At("11-21T00:00:02"), 2_410, null),
        Days = Days(day => day % 7 == 5 ? DayMark.Completed : DayMark.None, day => 2_000 + (day * 20), day => 40_000_000L * (30 - day)),
    };

    private static StatusJob Stuck() => Job("cleanup_stuck_operations", "54539818") with
    {
        Schedule = "0 0 */6 * * *",
        PeriodSeconds = 21_600,
        NextRun = At("11-24T17:00:00"),
        LastSuccess = At("11-24T11:00:02"),
        LastSuccessAgeSeconds = 7_331,
        LastRun = Run(Outcome.Completed, At("11-24T11:00:01"), 64, null),
        Days = Days(day => day == 12 ? DayMark.Partial : DayMark.Completed, day => 40 + (day * 13 % 70), _ => null),
    };

    private static StatusJob Rebuild() => Job("rebuild_backup_paths", "ba386822") with
    {
        Schedule = "0 0 3 * * 0",
        PeriodSeconds = 604_800,
        NextRun = At("11-29T02:00:00"),
        LastSuccess = At("11-22T02:00:07"),
        LastSuccessAgeSeconds = 2.4 * 86_400,
        LastRun = Run(Outcome.Completed, At("11-22T02:00:02"), 5_100, null),
        Days = Days(day => day % 7 == 6 ? DayMark.Completed : DayMark.None, day => 4_000 + (day * 90), day => day * 100_000_000L),
    };

    private static StatusOperation Running() =>
        new("backup", "c41d0e", "quotidien-2026-11-24", "running", Now.AddMinutes(-14), Now.AddMinutes(-1), Silent: false);

    private static StatusBackup[] Backups() =>
    [
        new("archives", 12, Now.AddDays(-9), 9 * 86_400, 412_300_000_000) { Oldest = Now.AddDays(-370), Verified = 3 },
        new("hebdo", 8, Now.AddDays(-2), 2 * 86_400, 31_700_000_000) { Oldest = Now.AddDays(-58), Verified = 8, OldestCheckAgeSeconds = 20 * 86_400 },
        new("quotidien", 61, Now.AddHours(-11), 11 * 3_600, 96_100_000_000)
        {
            Oldest = Now.AddDays(-61),
            Verified = 61,
            OldestCheckAgeSeconds = 12 * 86_400,
            NextToGo = "storage/quotidien/2026-09-24_sauvegarde_complete.zip.encrypted",
            NextToGoAt = At("11-29T04:00:00"),
        },
    ];

    private static StatusChanges Changes() => new(
        [
            new StatusChange(Now.AddHours(-2), "cleanup_stuck_operations", "mark_failed", "restore/1c77", "marked", "20261124T110001-9a01bc"),
            new StatusChange(Now.AddHours(-12), "cleanup_temp_files", "delete", "temp/import_devis_2026-11-22", "deleted", "20261124T010000-77aa10"),
            new StatusChange(
                Now.AddHours(-12),
                "cleanup_temp_files",
                "delete",
                "uploads/Plan de toiture – façade nord (version du 20 novembre).pdf",
                "deleted",
                "20261124T010000-77aa10"),
            new StatusChange(
                Now.AddDays(-2), "rebuild_backup_paths", "register", "storage/quotidien/2026-11-21.zip", "registered", "20261122T020000-b1b2b3"),
        ],
        Note: null);
}
