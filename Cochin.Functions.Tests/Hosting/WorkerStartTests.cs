using Cochin.Functions.Hosting;
using Cochin.Functions.Tests.Cli;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Tests.Hosting;

public sealed class WorkerStartTests
{
    [Fact]
    public async Task RunAsync_SettingsThatCantBeUsed_AreAllNamedOneALine()
    {
        using var errors = new StringWriter();

        var exitCode = await WorkerStart.RunAsync(errors, () =>
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration["WEBSITE_SITE_NAME"] = "func-cochin";
            builder.Configuration["Cochin:TimeZone"] = "Mars/Phobos";
            builder.AddCochin();
            return Task.CompletedTask;
        });

        exitCode.ShouldBe(2);
        var lines = errors.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        foreach (var setting in new[] { "APPLICATIONINSIGHTS_CONNECTION_STRING", "CochinStorage__blobServiceUri", "CochinStorage__tableServiceUri", "Cochin__TimeZone" })
        {
            lines.ShouldContain(line => line.StartsWith($"error: {setting}: ", StringComparison.Ordinal));
        }

        lines.Length.ShouldBe(5, "a line each, and what they mean");
    }

    [Fact]
    public async Task RunAsync_WorkerThatEnds_Is0()
    {
        using var errors = new StringWriter();

        (await WorkerStart.RunAsync(errors, () => Task.CompletedTask)).ShouldBe(0);

        errors.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_BugInTheWorker_IsNotHidden() =>
        await Should.ThrowAsync<InvalidOperationException>(() => WorkerStart.RunAsync(TextWriter.Null, () => throw new InvalidOperationException()));

    [Fact(Skip = "This build has the official worker packages.", SkipUnless = nameof(IsLocal))]
    public async Task Program_StartedByTheHostInLocal_SaysWhatIsMissing()
    {
        var result = await CochinProcess.RunAsync([], "--host", "127.0.0.1", "--port", "1", "--functions-uri", "http://127.0.0.1:1", "--functions-worker-id", "w", "--functions-request-id", "r");

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Errors.ShouldContain("dotnet build Cochin.Functions -p:FunctionsWorker=official");
        result.Errors.ShouldContain("./cochin serve");
    }

    public static bool IsLocal => LocalWorker.StandInTests.IsCompiled;
}
