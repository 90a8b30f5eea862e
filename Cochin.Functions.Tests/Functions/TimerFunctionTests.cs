using System.Reflection;
using Cochin.Functions.Functions;
using Cochin.Functions.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Functions;

public sealed class TimerFunctionTests
{
    private static readonly MethodInfo[] Functions =
    [
        .. from type in typeof(Tick).Assembly.GetTypes()
           from method in type.GetMethods()
           where method.GetCustomAttribute<FunctionAttribute>() is not null
           select method,
    ];

    [Fact]
    public void Functions_AreOneForEachJobByItsName()
    {
        var jobs = CochinSettings.Read(new ConfigurationBuilder().Build()).Jobs.Jobs.Select(job => job.Name);

        Functions.Select(function => function.GetCustomAttribute<FunctionAttribute>()!.Name).ShouldBe(jobs, ignoreOrder: true);
    }

    [Fact]
    public void Functions_TickEveryQuarterOfAnHourAndNeverOnStart()
    {
        foreach (var trigger in Functions.Select(function => function.GetParameters()[0].GetCustomAttribute<TimerTriggerAttribute>().ShouldNotBeNull()))
        {
            trigger.Schedule.ShouldBe("0 */15 * * * *");
            trigger.RunOnStartup.ShouldBeFalse("it would fire on every start and takeover");
        }
    }

    [Fact]
    public void Functions_CanBeMadeByTheWorker() =>
        Functions.ShouldAllBe(function => function.DeclaringType!.IsPublic && function.DeclaringType.GetConstructors().Length == 1);
}
