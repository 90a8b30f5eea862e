using System.Reflection;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Hosting.LocalWorker;
using Microsoft.Azure.Functions.Worker;

namespace Cochin.Functions.Tests.Hosting.OfficialWorker;

/// <summary>Both branches of the worker switch, built for real (<see cref="OfficialBuild"/> says against what).</summary>
public sealed class OfficialBuildTests(OfficialBuild build, AzuriteServer server) : IClassFixture<OfficialBuild>
{
    [Fact]
    public void Build_InLocal_SaysSoInOneLine()
    {
        build.Local.ExitCode.ShouldBe(0, build.Local.Output);
        build.Local.Output.Split('\n').Where(line => line.Contains("FunctionsWorker", StringComparison.Ordinal)).ShouldHaveSingleItem().ShouldContain("FunctionsWorker=local");
    }

    [Fact]
    public void Build_InOfficial_CompilesWithoutAWarning()
    {
        build.Official.ExitCode.ShouldBe(0, build.Official.Output);
        build.Official.Output.ShouldContain("0 Warning(s)");
        build.Official.Output.ShouldNotContain("FunctionsWorker=local");
    }

    [Fact]
    public async Task Switch_WherePackagesAreInTheCache_IsOfficialByItself()
    {
        var asked = await build.DotnetAsync("msbuild", "Cochin.Functions", "-getProperty:FunctionsWorker", "-getProperty:AzureFunctionsVersion", "-getProperty:OutputType");

        asked.Json.GetProperty("Properties").EnumerateObject().Select(property => property.Value.GetString()).ShouldBe(["official", "v4", "Exe"]);
    }

    [Fact]
    public async Task Switch_NeitherOfficialNorLocal_IsAnError()
    {
        var result = await build.DotnetAsync("build", "Cochin.Functions", "-p:FunctionsWorker=nonsense");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("FunctionsWorker is 'nonsense'. Set it to official or local");
    }

    [Fact]
    public async Task Publish_InLocal_StopsWithTheCommandThatMendsIt()
    {
        var result = await build.DotnetAsync("publish", "Cochin.Functions", "--no-build", "--configuration", "Debug", "-p:FunctionsWorker=local");

        result.ExitCode.ShouldBe(1);
        result.Output.ShouldContain("Run: dotnet publish Cochin.Functions -p:FunctionsWorker=official");
    }

    [Fact]
    public void Settings_ReachTheOutput_AndOnlyTheHostsArePublished()
    {
        build.Publish.ExitCode.ShouldBe(0, build.Publish.Output);
        File.Exists(Path.Combine(build.Output, "host.json")).ShouldBeTrue();
        File.Exists(Path.Combine(build.Output, "local.settings.json")).ShouldBeTrue();
        File.Exists(Path.Combine(build.Published, "host.json")).ShouldBeTrue();
        File.Exists(Path.Combine(build.Published, "local.settings.json")).ShouldBeFalse("it may hold secrets");
    }

    [Fact]
    public async Task Worker_WithSettingsThatCantBeUsed_NamesThemAllAndEnds()
    {
        var result = await WorkerAsync(new("WEBSITE_SITE_NAME", "func-cochin"), new("Cochin__Discord__WebhookUrl", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/s)"));

        result.ExitCode.ShouldBe(2);
        foreach (var setting in new[] { "APPLICATIONINSIGHTS_CONNECTION_STRING", "CochinStorage__blobServiceUri", "CochinStorage__tableServiceUri", "Cochin__Discord__WebhookUrl" })
        {
            result.Errors.Split('\n').ShouldContain(line => line.StartsWith($"error: {setting}: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Worker_Started_IsMadeOfTheSameServicesAndEndsOnSignal()
    {
        using var worker = Start(new KeyValuePair<string, string?>("AzureWebJobsStorage", server.Endpoint.ConnectionString));
        await worker.SaysAsync("Application started");

        await worker.SignalAsync("TERM");
        var result = await worker.EndAsync();

        result.ExitCode.ShouldBe(0, result.Errors);
    }

    [Fact(Skip = "This build has the official worker packages.", SkipUnless = nameof(IsLocal))]
    public void StandIn_IsLikeTheStub()
    {
        var stub = Assembly.LoadFrom(build.Stub);
        foreach (var type in typeof(FunctionAttribute).Assembly.GetTypes().Where(type => type.Namespace == typeof(FunctionAttribute).Namespace))
        {
            Members(type).ShouldBeSubsetOf(Members(stub.GetType(type.FullName!).ShouldNotBeNull()));
        }
    }

    [Fact(Skip = "This build has a stand-in for the official worker packages.", SkipWhen = nameof(IsLocal))]
    public void Stub_IsLikeTheOfficialPackages()
    {
        var real = Directory.EnumerateFiles(AppContext.BaseDirectory, "Microsoft.Azure.Functions.Worker*.dll").Select(Assembly.LoadFrom).SelectMany(assembly => assembly.GetExportedTypes()).ToLookup(type => type.FullName);
        foreach (var type in Assembly.LoadFrom(build.Stub).GetExportedTypes())
        {
            Members(type).ShouldBeSubsetOf(real[type.FullName].ShouldHaveSingleItem($"{type} is none of theirs").GetMembers().Select(member => $"{member.MemberType} {member}"));
        }
    }

    public static bool IsLocal => StandInTests.IsCompiled;

    private async Task<Cli.CommandResult> WorkerAsync(params KeyValuePair<string, string?>[] settings)
    {
        using var worker = Start(settings);
        return await worker.EndAsync();
    }

    // As the host does it.
    private Command Start(params KeyValuePair<string, string?>[] settings) => Command.Start(
        build.Published,
        settings,
        "dotnet",
        Path.Combine(build.Published, "Cochin.Functions.dll"), "--host", "127.0.0.1", "--port", "1", "--workerId", "w", "--requestId", "r", "--functions-uri", "http://127.0.0.1:1", "--functions-worker-id", "w", "--functions-request-id", "r");

    private static IEnumerable<string> Members(Type type) =>
        type.GetMembers(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(member => $"{member.MemberType} {member}");
}
