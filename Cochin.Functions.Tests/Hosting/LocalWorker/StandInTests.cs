using Cochin.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Tests.Hosting.LocalWorker;

/// <summary>The stand-in of the worker's types; in a build with the official packages there is none to test.</summary>
public sealed class StandInTests
{
    private const string NoStandIn = "This build has the official worker packages.";

    public static bool IsCompiled => typeof(FunctionAttribute).Assembly == typeof(WorkerSwitch).Assembly;

    [Fact(Skip = NoStandIn, SkipUnless = nameof(IsCompiled))]
    public async Task WorkerHost_Started_SaysWhatIsMissing()
    {
        using var errors = new StringWriter();

        (await WorkerHost.RunAsync([], errors)).ShouldBe(2);

        errors.ToString().ShouldContain("FunctionsWorker=official");
        errors.ToString().ShouldContain("./cochin serve");
    }

    [Fact(Skip = NoStandIn, SkipUnless = nameof(IsCompiled))]
    public void Types_HaveTheMembersOfTheOfficialOnesAndNoOthers()
    {
        var members =
            from type in typeof(FunctionAttribute).Assembly.GetTypes()
            where type.Namespace == typeof(FunctionAttribute).Namespace
            from property in type.GetProperties()
            where property.DeclaringType == type
            select $"{type.Name}.{property.Name}: {property.PropertyType.Name}";

        members.ShouldBe(
            [
                "FunctionAttribute.Name: String",
                "ScheduleStatus.Last: DateTime", "ScheduleStatus.Next: DateTime", "ScheduleStatus.LastUpdated: DateTime",
                "TimerInfo.ScheduleStatus: ScheduleStatus", "TimerInfo.IsPastDue: Boolean",
                "TimerTriggerAttribute.Schedule: String", "TimerTriggerAttribute.UseMonitor: Boolean", "TimerTriggerAttribute.RunOnStartup: Boolean",
            ],
            ignoreOrder: true);
        new TimerTriggerAttribute("").UseMonitor.ShouldBeTrue("as in the official one");
    }
}
