using System.Reflection;
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

    /// <summary>What the functions use and their tests ask for, in the form that it has in the official packages.</summary>
    [Fact(Skip = NoStandIn, SkipUnless = nameof(IsCompiled))]
    public void Types_HaveTheMembersInUseAndNoOthers()
    {
        var members =
            from type in typeof(FunctionAttribute).Assembly.GetTypes()
            where type.Namespace == typeof(FunctionAttribute).Namespace
            from member in type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            where member is not MethodInfo { IsSpecialName: true }
            select $"{type.Name}: {member}";

        members.ShouldBe(
            [
                "FunctionAttribute: Void .ctor(System.String)", "FunctionAttribute: System.String Name",
                "TimerInfo: Void .ctor()",
                "TimerTriggerAttribute: Void .ctor(System.String)", "TimerTriggerAttribute: System.String Schedule", "TimerTriggerAttribute: Boolean RunOnStartup",
            ],
            ignoreOrder: true);
    }
}
