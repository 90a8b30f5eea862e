using Cochin.Functions.Auditing;
using Cochin.Functions.Backups;
using Cochin.Functions.Devis;
using Cochin.Functions.Hosting.Telemetry;
using Cochin.Functions.Jobs;
using Cochin.Functions.Locking;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;
using Cochin.Functions.Notifications.Notices;
using Cochin.Functions.Runs;
using Cochin.Functions.Scheduling;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;

namespace Cochin.Functions.Hosting;

/// <summary>Registers the services of the program, for the worker, the command line and the local scheduler.</summary>
internal static class CochinServices
{
    /// <summary>Registers the services for the Functions worker, which gets all settings from its host.</summary>
    /// <param name="addWorkerTelemetry">
    /// Adds the worker's telemetry. Called only if telemetry is exported, because it stops log messages from reaching the host even if
    /// nothing else receives them.
    /// </param>
    /// <exception cref="SettingsException">The settings are invalid; the exception lists all problems.</exception>
    public static IHostApplicationBuilder AddCochin(this IHostApplicationBuilder builder, Action<IOpenTelemetryBuilder>? addWorkerTelemetry = null)
    {
        var settings = CochinSettings.Read(builder.Configuration, needsStorage: true);
        builder.Services.AddSingleton(RunnerScope.FunctionApp(builder.Configuration["WEBSITE_SITE_NAME"]));
        var budget = FunctionTimeout.BudgetFor(FunctionTimeout.Read(AppContext.BaseDirectory, builder.Configuration));
        builder.Services
            .AddCochin(settings with { Limits = settings.Limits.AtMost(budget) }, settings.Connection!)
            .AddHostedService(provider => provider.GetRequiredService<ActiveTicks>());
        if (settings.Telemetry.IsOn)
        {
            addWorkerTelemetry?.Invoke(builder.Services.AddOpenTelemetry()); // First, so that our service name overrides the worker's.
            builder.Services.AddCochinTelemetry(builder.Configuration, new TelemetryOptions { Settings = settings.Telemetry, StoresUnsent = true });
        }

        return builder;
    }

    public static IServiceCollection AddCochin(this IServiceCollection services, CochinSettings settings, StorageConnection connection)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(RunnerScope.Serve());
        foreach (var task in TaskCatalog.All)
        {
            services.AddSingleton(typeof(MaintenanceTask), task.Task);
        }

        foreach (var taskSettings in settings.Tasks.All)
        {
            services.AddSingleton(taskSettings.GetType(), taskSettings);
        }

        return services
            .AddSingleton(settings)
            .AddSingleton(settings.Jobs)
            .AddSingleton(settings.Discord)
            .AddSingleton<MessageSettings>(settings.Discord)
            .AddSingleton(settings.History)
            .AddSingleton(settings.Limits)
            .AddSingleton(settings.Watch)
            .AddSingleton(settings.Watch.Ages)
            .AddSingleton(connection)
            .AddSingleton(connection.Connect(settings.Names))
            .AddSingleton(provider => new WorkPathReader(provider.GetRequiredService<TempSettings>().Areas, settings.Names.BackupContainer))
            .AddSingleton<AuditLog>()
            .AddSingleton<AuditReader>()
            .AddSingleton<BackupRetention>()
            .AddSingleton<BlobLocks>()
            .AddSingleton<DevisTable>()
            .AddSingleton<Channel, DiscordWebhook>()
            .AddSingleton<JobStates>()
            .AddSingleton<RunHistory>()
            .AddSingleton<RunGuard>()
            .AddSingleton<RunCheckpoints>()
            .AddSingleton<RunFollowers>()
            .AddSingleton<RunTelemetry>()
            .AddSingleton<RunLedger>()
            .AddSingleton<RunEvents>()
            .AddSingleton<TaskRunner>()
            .AddSingleton<JobRunner>()
            .AddSingleton<ActiveTicks>()
            .AddSingleton(provider => new JobTicks(provider.GetRequiredService<JobRunner>(), settings.Jobs, provider.GetRequiredService<ActiveTicks>()))
            .AddSingleton<LocalScheduler>()
            .AddStatusPage()
            .AddWatch();
    }
}
