namespace Cochin.Bench.Cost;

/// <summary>Work that is done in a month.</summary>
/// <param name="Times">How many ticks do it.</param>
/// <param name="Seconds">How long it takes each time.</param>
/// <param name="Requests">Requests to the storage each time.</param>
internal sealed record MonthlyWork(string Name, long Times, double Seconds, double Requests)
{
    // https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan#billing
    private const double LeastSeconds = 1;
    private const double Step = 0.1;

    /// <summary>What is billed of one execution.</summary>
    public double BilledSeconds => Math.Max(LeastSeconds, Math.Ceiling(Seconds / Step) * Step);
}

/// <summary>What a month takes on Flex Consumption, on demand.</summary>
internal sealed record MonthlyBill(IReadOnlyList<MonthlyWork> Works)
{
    // https://azure.microsoft.com/pricing/details/functions/, a subscription and month.
    public const double FreeGigabyteSeconds = 100_000;
    public const long FreeExecutions = 250_000;

    public const int Days = 31;
    public const int TicksADay = 96;
    public const int Functions = 9;

    private const double MegabytesInGigabyte = 1_024;

    public long Executions => Works.Sum(work => work.Times);

    public double Requests => Works.Sum(work => work.Times * work.Requests);

    public double BilledSeconds => Works.Sum(work => work.Times * work.BilledSeconds);

    public double GigabyteSeconds(int instanceMegabytes) => BilledSeconds * instanceMegabytes / MegabytesInGigabyte;

    /// <summary>The share of all billed time.</summary>
    public double ShareOf(MonthlyWork work) => work.Times * work.BilledSeconds / BilledSeconds;
}
