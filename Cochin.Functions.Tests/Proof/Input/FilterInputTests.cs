using Azure.Data.Tables;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using CsCheck;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>An id or name that is typed goes into filters of the table service: it never selects another row than its own.</summary>
public sealed class FilterInputTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly DateTimeOffset LongAgo = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly string[] Bystanders = ["1", "or", "x", "running", "bystander"];

    [Fact]
    public async Task Id_OfNobody_SelectsNobody()
    {
        await AddBystandersAsync();
        var before = await RowsAsync();
        var lines = 0;

        await Hostile.Argument.Where(id => id.Trim().Length > 0 && !id.StartsWith('-') && !Bystanders.Contains(id)).SampleAsync(
            async id =>
            {
                var stuck = await Typed.RunAsync(Settings, "cleanup_stuck_operations", "--hours", "1", "--operation-id", id, "--force", "--json");
                var alerts = await Typed.RunAsync(Settings, "check_devis_notifications", "--dry-run", "--devis-id", id, "--json");
                var list = await Typed.RunAsync(Settings, "operations", "list", "--status", id, "--json");
                lines += 3;

                stuck.ExitCode.ShouldBeOneOf(1, 2);
                alerts.ExitCode.ShouldBeOneOf(1, 2);
                list.ExitCode.ShouldBeOneOf(0, 1, 2);
                if (list.ExitCode == 0)
                {
                    list.Json.GetProperty("operations").GetArrayLength().ShouldBe(0);
                }

                (await Typed.RunAsync(Settings, "explain", id)).ExitCode.ShouldBeOneOf(1, 2);
            },
            iter: ProofScale.Of(25, 150),
            threads: 1);

        (await RowsAsync()).ShouldBe(before);
        ProofReport.Write(
            "7.4",
            "Filters",
            "Hostile ids in filters of the table service, with other rows that they must not select.",
            ["lines", "other rows", "rows selected by mistake"],
            [[lines, before.Count, 0]]);
    }

    [Fact]
    public async Task Id_OfAHostileRow_SelectsThatRowAlone()
    {
        await AddBystandersAsync();
        var before = await RowsAsync();

        await Hostile.Key.Where(id => id.Trim().Length > 0 && !id.StartsWith('-') && !Bystanders.Contains(id)).SampleAsync(
            async id =>
            {
                await AddOperationAsync("backup", id, ("Status", "running"), ("CreatedAt", LongAgo));

                var stuck = await Typed.RunAsync(Settings, "cleanup_stuck_operations", "--hours", "1", "--operation-id", id, "--force", "--json");

                stuck.ExitCode.ShouldBe(0, stuck.Output);
                stuck.Json.GetProperty("counts").GetProperty("marked").GetInt32().ShouldBe(1);
                var row = await Storage.Operations.FindAsync("backup", id, Cancellation);
                row.ShouldNotBeNull().GetString("Status").ShouldBe("failed");
                await Storage.Operations.DeleteEntityAsync("backup", id, cancellationToken: Cancellation);
            },
            iter: ProofScale.Of(30, 200),
            threads: 1);

        (await RowsAsync()).ShouldBe(before);
    }

    private async Task AddBystandersAsync()
    {
        foreach (var id in Bystanders)
        {
            await AddOperationAsync("backup", id, ("Status", "running"), ("CreatedAt", LongAgo));
            await AddOperationAsync("restore", id, ("Status", "pending"), ("CreatedAt", LongAgo));
            await AddDevisAsync(id, ("Statut", true), ("DateDebut", "2026-01-01"));
        }
    }

    private async Task<List<string>> RowsAsync() =>
        await Storage.Operations.QueryAsync<TableEntity>(cancellationToken: Cancellation)
            .Select(row => $"{row.PartitionKey}/{row.RowKey} {row.ETag} {row.GetString("Status")}")
            .ToListAsync(Cancellation);
}
