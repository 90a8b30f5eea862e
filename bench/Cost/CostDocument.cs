using System.Globalization;
using System.Text;
using Cochin.Bench.Results;
using Cochin.Bench.Running;

namespace Cochin.Bench.Cost;

/// <summary>The text of docs/cost.md.</summary>
internal static class CostDocument
{
    /// <summary>The size of an instance by default.</summary>
    public const int InstanceMegabytes = 512;

    /// <summary>What the Functions host needs next to the worker: measured with version 4.1037 and this program.</summary>
    public const int HostMiB = 177;

    private const int LargerMegabytes = 2_048;

    /// <param name="day">When the stores were measured.</param>
    public static string Of(IReadOnlyList<CostStore> stores, DateTimeOffset day)
    {
        var text = new StringBuilder(Start).Append(CultureInfo.InvariantCulture, $"\nMeasured on {day:yyyy-MM-dd}.\n");
        Append(Month(stores), MonthNotes);
        Append(Work(stores), WorkNotes);
        Append(Memory(stores), MemoryNotes);
        Append(Spread(stores[0]), SpreadNotes);
        return text.Append(End).ToString();

        void Append(FindingsTable table, string notes) =>
            text.Append(CultureInfo.InvariantCulture, $"\n## {table.Title}\n\n{SectionText.Table(table)}\n{notes}\n");
    }

    public static FindingsTable Month(IReadOnlyList<CostStore> stores) => new(
        "A month",
        ["temporary blobs / backups", "executions", "of the grant", "GB-s at 512 MB", "of the grant", "GB-s at 2,048 MB", "of the grant", "storage requests"],
        [
            .. stores.Select(store => (IReadOnlyList<string>)
            [
                Size(store),
                $"{store.Bill.Executions:N0}",
                $"{store.Bill.Executions / (double)MonthlyBill.FreeExecutions:0 %}",
                .. GigabyteSeconds(store.Bill, InstanceMegabytes),
                .. GigabyteSeconds(store.Bill, LargerMegabytes),
                $"{store.Bill.Requests:N0}",
            ]),
        ]);

    public static FindingsTable Work(IReadOnlyList<CostStore> stores) => new(
        "What each work takes",
        ["work", "times a month", .. stores.Select(store => $"{Size(store)}: seconds, requests, share of GB-s")],
        [
            .. stores[0].Bill.Works.Select((work, i) => (IReadOnlyList<string>)
            [
                $"`{work.Name}`",
                $"{work.Times:N0}",
                .. stores.Select(store => store.Bill)
                    .Select(bill => $"{bill.Works[i].Seconds:0.0}, {bill.Works[i].Requests:N0}, {bill.ShareOf(bill.Works[i]):0 %}"),
            ]),
        ]);

    private static FindingsTable Memory(IReadOnlyList<CostStore> stores) => new(
        "Memory of the worker",
        ["work", .. stores.Select(store => $"{Size(store)}, MiB")],
        [
            .. CostStore.Times.Keys.Select(work => (IReadOnlyList<string>)
            [
                $"`{work}`",
                .. stores.Select(store => $"{store.Took[work].PeakMiB:0}"),
            ]),
        ]);

    private static FindingsTable Spread(CostStore store)
    {
        var seconds = $"{store.Bill.BilledSeconds:N0}";
        return new FindingsTable(
            "All ticks in one second, or spread",
            ["", "instances at the busiest moment", "billed seconds a month"],
            [["all in the same second", $"up to {MonthlyBill.Functions}", seconds], ["each at its own minute", "usually 1", seconds]]);
    }

    private static string[] GigabyteSeconds(MonthlyBill bill, int megabytes) =>
        [$"{bill.GigabyteSeconds(megabytes):N0}", $"{bill.GigabyteSeconds(megabytes) / MonthlyBill.FreeGigabyteSeconds:0 %}"];

    private static string Size(CostStore store) => $"{store.TempBlobs:N0} / {store.Backups:N0}";

    private const string Start =
        """
        # What a month costs

        Written by `./cochin bench cost`, which measures the ticks and runs and does the sums; don't edit it by hand.

        The app runs on Flex Consumption, on demand. It is billed for executions and for GB-seconds: the size of the instance, not the memory in use,
        times the duration of each execution, at least 1 s and rounded up to 100 ms
        ([plan](https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#billing)). Each month, 250,000 executions and 100,000 GB-s of a
        subscription are free ([prices](https://azure.microsoft.com/pricing/details/functions/)). Prices change and differ by region, so this page counts.

        A month is 31 days. Nine timer functions tick every 15 minutes, and a due job runs within its tick, so the number of executions never changes.
        """;

    private const string MonthNotes =
        """
        Storage requests are operations on blobs and tables, billed by 10,000, listings and writes at a higher price than reads
        ([prices](https://azure.microsoft.com/pricing/details/storage/blobs/)). The requests of the Functions host for its timers come in addition, and each
        temporary file that is deleted may count as another operation.
        """;

    private const string WorkNotes =
        """
        Measured over a simulated store which takes 5 ms for each request, in runs that change nothing, as almost all do. `verify_backups` is measured
        without reading backups: each GB takes about 10 s at 100 MB/s, or 5 GB-s at 512 MB. The store with 10 million temporary blobs is calculated: the
        clean-up from the slope between 100,000 and 1 million, the rest as with 100,000 backups. An instance of 512 MB has a quarter of the processor of
        one of 2,048 MB, so work that takes longer than a second may take longer there than here.

        `watch` reads the rows of all backups at each tick, with only the columns it needs. That is deliberate: any row may say that a backup is damaged
        or missing, rows have no order by time, and a wrong answer about the newest backup is worse than a bill. If you have tens of thousands of backups, set
        a retention policy ([pruning](operations.md#pruning-backups)): with fewer rows, it costs less.
        """;

    private const string MemoryNotes =
        """
        The peak of the process, start-up and simulation included. The Functions host takes another 177 MiB of the instance (version 4.1037). If the sum
        comes near the size of the instance, deploy with a larger one: `azd env set COCHIN_INSTANCE_MEMORY_MB 2048`.
        """;

    private const string SpreadNotes =
        """
        Flex Consumption scales each timer function by itself: only HTTP, Durable and Event Grid blob triggers share instances
        ([per-function scaling](https://learn.microsoft.com/azure/azure-functions/event-driven-scaling#per-function-scaling)). Two timers never share an
        instance, and each execution is billed for itself, so spreading them saves nothing. An idle instance costs nothing.
        """;

    private const string End =
        """

        To repeat: `./cochin bench cost`. To compare with a deployed app, see the metrics *On Demand Function Execution Count* and *On Demand Function Execution
        Units* (MB-milliseconds; divide by 1,024,000 for GB-s) in the portal.

        """;
}
