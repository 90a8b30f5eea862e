using Cochin.Functions.Hosting;
using Cochin.Functions.Jobs;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Runs;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>A store of its own on real Azurite, a channel, two clocks, and the whole program over them, as often as it is started.</summary>
internal sealed class World : IAsyncDisposable
{
    /// <summary>A Tuesday, at noon in Paris.</summary>
    public static readonly DateTimeOffset Start = new(2026, 6, 2, 10, 0, 0, TimeSpan.Zero);

    private readonly CochinSettings settings;
    private readonly StorageNames names;
    private readonly ServiceClock service = new(Start);
    private readonly FakeTimeProvider clock = new(Start);
    private TimeSpan skew;

    private World(string connectionString)
    {
        var unique = "m" + Guid.NewGuid().ToString("N")[..12];
        names = new StorageNames { BackupContainer = unique + "-backups", SystemContainer = unique + "-system", TablePrefix = unique };
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("CochinStorage", connectionString),
            new("Cochin:Storage:BackupContainer", names.BackupContainer),
            new("Cochin:Storage:SystemContainer", names.SystemContainer),
            new("Cochin:Storage:TablePrefix", names.TablePrefix),
            new("Cochin:Discord:WebhookUrl", Discord.Url.ToString()),
            new("Cochin:Discord:AllowAnyHost", "true"),
            new("Cochin:Retention:KeepLast", "1"),
            new("Cochin:Retention:KeepDaily", "2"),
        ]).Build();
        settings = CochinSettings.Read(configuration);
        Storage = new StorageConnection(connectionString).Connect(names, service);
    }

    public FakeDiscord Discord { get; } = new();

    /// <summary>The store as the application and the test see it.</summary>
    public CochinStorage Storage { get; }

    /// <summary>The program's jobs, as they are with a retention policy and no other settings.</summary>
    public IReadOnlyList<JobDefinition> Jobs => settings.Jobs.Jobs;

    /// <summary>What the storage service takes the time to be.</summary>
    public DateTimeOffset Now => service.Now;

    /// <summary>What the program takes it to be.</summary>
    public DateTimeOffset ProgramNow => clock.GetUtcNow();

    public static async Task<World> CreateAsync(string connectionString, CancellationToken cancellationToken)
    {
        var world = new World(connectionString);
        await world.Storage.Backups.CreateAsync(cancellationToken: cancellationToken);
        await world.Storage.Operations.CreateAsync(cancellationToken);
        await world.Storage.Devis.CreateAsync(cancellationToken);
        return world;
    }

    public void Wait(TimeSpan time)
    {
        service.Now += time;
        clock.AdjustTime(service.Now + skew);
    }

    public void SetClock(TimeSpan ahead)
    {
        skew = ahead;
        clock.AdjustTime(service.Now + skew);
    }

    /// <summary>Starts the program anew and lets it do one thing.</summary>
    /// <param name="dieAt">The number of the request before which its process dies.</param>
    /// <returns>What it reported, and whether it died.</returns>
    public async Task<(RunReport Report, bool Died)> RunAsync(Func<JobRunner, Task<RunReport>> what, int? dieAt)
    {
        var requests = 0;
        var death = new CrashPolicy(_ => Interlocked.Increment(ref requests) >= dieAt);
        var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(clock)
            .AddCochin(settings, settings.Connection!)
            .AddSingleton(settings.Connection!.Connect(names, service, death))
            .AddSingleton<Channel>(new DiscordWebhook(settings.Discord, TimeProvider.System))
            .RemoveAll<RunFollower>();
        await using var program = services.BuildServiceProvider();
        var report = await what(program.GetRequiredService<JobRunner>());
        return (report, death.Died);
    }

    public async ValueTask DisposeAsync()
    {
        await Discord.DisposeAsync();
        await Storage.Backups.DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
        await Storage.System.DeleteIfExistsAsync(cancellationToken: CancellationToken.None);
    }
}
