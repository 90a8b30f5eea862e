using Cochin.Functions.Hosting;
using Microsoft.Extensions.Hosting;

namespace Cochin.Functions.Tests.Hosting;

public sealed class WorkerStartTests
{
    [Fact]
    public async Task RunAsync_InvalidSettings_AreReportedOnePerLine()
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
        string[] settings =
        [
            "APPLICATIONINSIGHTS_CONNECTION_STRING", "CochinStorage__blobServiceUri", "CochinStorage__tableServiceUri", "Cochin__TimeZone",
        ];
        foreach (var setting in settings)
        {
            lines.ShouldContain(line => line.StartsWith($"error: {setting}: ", StringComparison.Ordinal));
        }

        lines.Length.ShouldBe(5, "one line per setting, and a summary");
    }

    [Fact]
    public async Task RunAsync_WorkerThatEnds_Returns0()
    {
        using var errors = new StringWriter();

        (await WorkerStart.RunAsync(errors, () => Task.CompletedTask)).ShouldBe(0);

        errors.ToString().ShouldBeEmpty();
    }

    [Fact]
    public async Task RunAsync_OtherException_IsNotCaught() =>
        await Should.ThrowAsync<InvalidOperationException>(() => WorkerStart.RunAsync(TextWriter.Null, () => throw new InvalidOperationException()));
}
