using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>Stops a worker during a run, as the Functions host does: the cancellation token of the function is not canceled.</summary>
public sealed class WorkerStopTests(AzuriteServer server) : StorageTest(server)
{
    private const string Job = "check_devis_notifications";

    private readonly TcpListener webhook = new(IPAddress.Loopback, 0); // Accepts connections and never responds.

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        webhook.Start();
        var today = TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        await AddDevisAsync("D1", ("Montant", "10.00"), ("Statut", true), ("DateDebut", today));
    }

    public override async ValueTask DisposeAsync()
    {
        webhook.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Stop_DuringARun_RecordsItAsInterruptedAndKeepsItDue()
    {
        using var host = NewHost();
        await host.StartAsync(Cancellation);
        var due = await MakeDueAsync(host);
        var tick = host.Services.GetRequiredService<JobTicks>().RunDueAsync(Job, CancellationToken.None);
        using var call = await webhook.AcceptTcpClientAsync(Cancellation);

        await host.StopAsync(Cancellation);

        tick.IsCompleted.ShouldBeTrue("the process ends right after this");
        var record = (await host.Services.GetRequiredService<RunHistory>().ListAsync(Job, Cancellation).ToListAsync(Cancellation)).ShouldHaveSingleItem();
        record.Outcome.ShouldBe(Outcome.Failed);
        record.Reason.ToString().ShouldBe("Interrupted");
        record.Error.ShouldNotBeNull().ShouldContain("the program was asked to stop");
        (await new BlobLocks(Storage, TimeProvider.System).FindHolderAsync(Job, Cancellation)).ShouldBeNull();
        var state = await new JobStates(Storage).GetAsync(Job, Cancellation);
        state.SettledOccurrence.ShouldNotBeNull().ShouldBeLessThan(due);
        state.ConsecutiveFailures.ShouldBe(0);
    }

    [Fact]
    public async Task Tick_AfterTheStop_DoesNothing()
    {
        using var host = NewHost();
        await host.StartAsync(Cancellation);
        await MakeDueAsync(host);
        await host.StopAsync(Cancellation);

        await host.Services.GetRequiredService<JobTicks>().RunDueAsync(Job, CancellationToken.None);

        webhook.Pending().ShouldBeFalse();
        (await host.Services.GetRequiredService<RunHistory>().ListAsync(Job, Cancellation).CountAsync(Cancellation)).ShouldBe(0);
    }

    private static async Task<DateTimeOffset> MakeDueAsync(IHost host)
    {
        var now = TimeProvider.System.GetUtcNow();
        var job = host.Services.GetRequiredService<JobCatalog>().Find(Job)!;
        await host.Services.GetRequiredService<JobStates>().RegisterAsync(Job, now.AddDays(-2), "functions@app", now.AddDays(-2), Cancellation);
        return job.Schedule.Latest(now)!.Value;
    }

    private IHost NewHost()
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(
        [
            new("CochinStorage", ConnectionString),
            new("Cochin:Storage:BackupContainer", Names.BackupContainer),
            new("Cochin:Storage:SystemContainer", Names.SystemContainer),
            new("Cochin:Storage:TablePrefix", Names.TablePrefix),
            new($"Cochin:Jobs:{Job}:Schedule", "0 0 * * * *"),
            new("Cochin:Discord:WebhookUrl", $"http://127.0.0.1:{((IPEndPoint)webhook.LocalEndpoint).Port}/hook"),
            new("Cochin:Discord:AllowAnyHost", "true"),
            new("Cochin:Discord:TimeoutSeconds", "60"),
        ]);
        builder.AddCochin();
        return builder.Build();
    }
}
