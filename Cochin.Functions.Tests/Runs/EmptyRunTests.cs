using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Runs;

/// <summary>The fixed cost of the program: the requests of ticks and runs with nothing to do, with the notices and the status page.</summary>
public sealed class EmptyRunTests(AzuriteServer server) : StorageTest(server)
{
    private const string Job = "cleanup_temp_files";

    /// <summary>02:00 in Paris, when the job is due.</summary>
    private static readonly DateTimeOffset Due = new(2026, 6, 10, 0, 0, 0, TimeSpan.Zero);

    private readonly FakeDiscord channel = new();
    private readonly RequestLog requests = new();
    private readonly FakeTimeProvider clock = new(Due.AddDays(-3));
    private ServiceProvider services = null!;

    private JobRunner Runner => services.GetRequiredService<JobRunner>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("Cochin:Discord:WebhookUrl", channel.Url.ToString()),
            new("Cochin:Discord:AllowAnyHost", "true"),
        ]).Build();
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(clock)
            .AddCochin(CochinSettings.Read(configuration), new StorageConnection(ConnectionString))
            .AddSingleton(NewStorage(requests))
            .BuildServiceProvider();
        await AddOperationAsync("backup", "1", ("Status", "completed"), ("Configuration", "prod"), ("CompletedAt", clock.GetUtcNow()));
        await AddRowAsync(Storage.Configurations, "configuration", "prod", [("Name", "prod"), ("IsActive", false)]);
        for (var hours = 48; hours > 0; hours--)
        {
            clock.SetUtcNow(Due.AddHours(-hours));
            foreach (var job in services.GetRequiredService<JobCatalog>().Jobs)
            {
                await Runner.RunDueAsync(job.Name, Cancellation);
            }
        }

        clock.SetUtcNow(Due.AddMinutes(-15));
        await Runner.RunDueAsync(Job, Cancellation);
        requests.Clear();
    }

    public override async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await channel.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task RunDue_NotDue_SendsOneRequest()
    {
        (await Runner.RunDueAsync(Job, Cancellation)).Reason.ShouldBe(SkipReason.NotDue);

        requests.Kinds.ShouldBe(["GET Jobs(row)"]);
    }

    [Fact]
    public async Task RunDue_NothingToDelete_SendsOnlyTheseRequests()
    {
        clock.SetUtcNow(Due);

        (await Runner.RunDueAsync(Job, Cancellation)).Outcome.ShouldBe(Outcome.Completed);

        string[] run =
        [
            "GET Jobs(row)", "PUT system/locks/cleanup_temp_files comp=lease", "PUT system/locks/cleanup_temp_files comp=metadata",
            "GET Runs()", "GET Jobs(row)", "POST Runs",
            "GET Operations()", "GET backups comp=list&prefix=temp/", "GET backups comp=list&prefix=restore_temp/", "GET backups comp=list&prefix=uploads/",
            "PUT Runs(row)", "PUT Jobs(row)", "PUT system/audit/2026/06/10.jsonl comp=appendblock", "GET Runs()",
            "PUT system/locks/cleanup_temp_files comp=lease",
        ];
        string[] firstAuditLineOfTheDay = ["PUT system/audit/2026/06/10.jsonl", "PUT system/audit/2026/06/10.jsonl comp=appendblock"];
        string[] notices = ["GET Jobs()"];
        string[] page =
        [
            "GET Jobs()", "GET Runs()", "GET Configurations()", "GET Operations()", "GET backups", "GET system comp=list&prefix=audit/2026/06/",
            "GET system/audit/2026/06/10.jsonl", "PUT system/status/status.json", "PUT system/status/index.html",
        ];
        requests.Kinds.ShouldBe(run.Concat(firstAuditLineOfTheDay).Concat(notices).Concat(page).Order(StringComparer.Ordinal));
    }
}
