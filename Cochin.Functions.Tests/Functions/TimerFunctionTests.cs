using System.Reflection;
using Azure.Data.Tables;
using Cochin.Functions.Functions;
using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Tests.Functions;

public sealed class TimerFunctionTests(AzuriteServer server) : StorageTest(server)
{
    private static readonly MethodInfo[] Functions =
    [
        .. from type in typeof(Tick).Assembly.GetTypes()
           from method in type.GetMethods()
           where method.GetCustomAttribute<FunctionAttribute>() is not null
           select method,
    ];

    [Fact]
    public void Functions_Names_AreTheDefaultJobsOfTasksThatNeedNoOtherMachineJobsAndWatch()
    {
        var jobs = TaskCatalog.All.Where(task => !task.NeedsThisMachine).SelectMany(task => task.Jobs).Select(job => job.Name);

        Functions.Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name).ShouldBe([.. jobs, "jobs", "watch"], ignoreOrder: true);
    }

    [Fact]
    public void Functions_Triggers_FireEvery15MinutesAndNotOnStartup()
    {
        foreach (var trigger in Functions.Select(function => function.GetParameters()[0].GetCustomAttribute<TimerTriggerAttribute>().ShouldNotBeNull()))
        {
            trigger.Schedule.ShouldBe("0 */15 * * * *");
            trigger.RunOnStartup.ShouldBeFalse("it would fire at every start and scale-out");
        }
    }

    [Fact]
    public void Functions_Types_CanBeCreatedByTheWorker() =>
        Functions.ShouldAllBe(function => function.DeclaringType!.IsPublic && function.DeclaringType.GetConstructors().Length == 1);

    [Fact]
    public async Task Functions_CreatedAndCalledLikeTheWorker_TickTheirJobs()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["CochinStorage"] = ConnectionString;
        builder.Configuration["Cochin:Storage:BackupContainer"] = Names.BackupContainer;
        builder.Configuration["Cochin:Storage:SystemContainer"] = Names.SystemContainer;
        builder.Configuration["Cochin:Storage:TablePrefix"] = Names.TablePrefix;
        foreach (var job in new[] { "mine", "yours" })
        {
            builder.Configuration[$"Cochin:Jobs:{job}:Task"] = "cleanup_temp_files";
            builder.Configuration[$"Cochin:Jobs:{job}:Schedule"] = "0 0 * * * *";
        }

        // These need the machine with the database, which this is not.
        builder.Configuration["Cochin:Django:Database"] = "db.sqlite3";
        builder.Configuration["Cochin:Jobs:nas:Task"] = "sync_django";
        builder.Configuration["Cochin:Jobs:nas:Schedule"] = "0 0 * * * *";

        builder.AddCochin();
        using var host = builder.Build();

        foreach (var function in Functions)
        {
            var instance = ActivatorUtilities.CreateInstance(host.Services, function.DeclaringType!);
            await (Task)function.Invoke(instance, [new TimerInfo(), Cancellation])!;
        }

        // A job that is seen for the first time is only registered: nothing is due yet.
        var rows = await Storage.Jobs.QueryAsync<TableEntity>(cancellationToken: Cancellation).ToListAsync(Cancellation);
        rows.ShouldAllBe(row => row.GetString("CheckedBy").StartsWith($"{{\"functions@{Environment.MachineName}\":", StringComparison.Ordinal));
        var seen = rows.Select(job => job.RowKey).ToList();
        seen.ShouldNotContain("nas");
        seen.ShouldNotContain("sync_django");
        seen.Count.ShouldBe(
            Functions.Length - 3 + 2, "the watch is not a job, one function runs both further jobs, and the job that prunes does not exist yet");
    }
}
