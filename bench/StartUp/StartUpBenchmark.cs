using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;
using Cochin.Bench.Running;

namespace Cochin.Bench.StartUp;

/// <summary>How long a person waits for the least that the command line does.</summary>
internal sealed class StartUpBenchmark : Benchmark
{
    private const int WarmUps = 2;

    private static readonly Tool Restic = new("restic", "version", "Install Debian's package: apt-get install restic.");
    private static readonly Tool Az = new("az", "version", "See https://learn.microsoft.com/cli/azure/install-azure-cli.");

    public override string Name => "startup";

    public override string Title => "Start-up";

    public override string About =>
        "How long the first question of a day takes: `./cochin show`, already built, on a running, empty storage emulator (the launcher, the settings, "
        + "reading the jobs' states from the storage, and the table), against what people ask of the tools they use instead: `rclone lsf` (the containers of "
        + "the same emulator), and, if installed, `restic snapshots` (of an empty repository in a local folder; most of it is the derivation of its key) and "
        + "`az storage container list`. Two further rows are without the launcher; the last prints only the version.";

    public override IReadOnlyList<Goal> Goals { get; } = [];

    public override IReadOnlyList<Tool> Needs => [Tool.Node, Tool.Rclone];

    public override async Task<Findings> RunAsync(BenchContext context, CancellationToken cancellationToken)
    {
        await using var azurite = await BenchAzurite.StartAsync(context, cancellationToken);
        var connectionString = azurite.Endpoint.ConnectionString;
        KeyValuePair<string, string>[] settings = [new("CochinStorage", connectionString)];
        var contest = new Contest(context) { WarmUps = WarmUps, Rounds = context.Of(quick: 3, full: 15) };
        var others = await OthersAsync(context, connectionString, cancellationToken);
        var series = await contest.RunAsync(
            [
                new("`./cochin show`", () => CochinProgram.StartByLauncher(context.Root, settings, "show")),
                new("`dotnet Cochin.Functions.dll show`", () => CochinProgram.Start(context.Root, settings, "show")),
                new("`dotnet Cochin.Functions.dll --version`", () => CochinProgram.Start(context.Root, settings, "--version")),
                .. others.Select(other => other.Contestant),
            ],
            cancellationToken);
        return new Findings
        {
            Ratios = others.Zip(series.Skip(series.Count - others.Count))
                .ToDictionary(other => $"startup_vs_{other.First.Name}", other => series[0].Wall.Median / other.Second.Wall.Median),
            Tables = [SeriesTable.Of("A start", series)],
        };
    }

    private static async Task<List<(string Name, Contestant Contestant)>> OthersAsync(
        BenchContext context, string connectionString, CancellationToken cancellationToken)
    {
        var rclone = Path.Combine(context.Folder, "rclone.conf");
        RcloneConfig.Write(rclone, connectionString);
        List<(string Name, Contestant Contestant)> others =
            [("rclone", new("`rclone lsf`", () => new ProcessStartInfo("rclone", ["lsf", RcloneConfig.Remote + ":", "--config", rclone])))];
        if (await Restic.VersionAsync(cancellationToken) is not null)
        {
            var repository = Path.Combine(context.Folder, "restic");
            using var init = Process.Start(StartRestic(repository, "init"))!;
            await init.WaitForExitAsync(cancellationToken);
            others.Add(("restic", new("`restic snapshots`", () => StartRestic(repository, "snapshots"))));
        }

        if (await Az.VersionAsync(cancellationToken) is not null)
        {
            others.Add(("az", new(
                "`az storage container list`",
                () => new ProcessStartInfo("az", ["storage", "container", "list", "--connection-string", connectionString]))));
        }

        return others;
    }

    private static ProcessStartInfo StartRestic(string repository, string command) =>
        new("restic", ["-r", repository, command, "--no-cache", "-q"]) { Environment = { ["RESTIC_PASSWORD"] = "bench" } };
}
