using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Tasks.SyncDjango;

namespace Cochin.Functions.Tests.Cli;

/// <summary>The verbs created from task descriptions.</summary>
public sealed class TaskVerbTests(AzuriteServer server) : CommandTest(server)
{
    private static readonly TimeSpan Old = TimeSpan.FromHours(30);

    [Theory]
    [InlineData("--areas nowhere/", "not one of the temporary areas")]
    [InlineData("--areas storage/", "the backups are in storage/")]
    [InlineData("--areas temp,temp", "listed twice")]
    public async Task Areas_Invalid_AreUsageErrors(string options, string reason)
    {
        var result = await RunAsync(["cleanup_temp_files", .. options.Split(' '), "--dry-run", "--json"]);

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("message").GetString().ShouldNotBeNull().ShouldContain(reason);
    }

    [Fact]
    public async Task Areas_Given_AreTheOnlyOnesCleaned()
    {
        await UploadAsync("temp/a", Old);
        await UploadAsync("uploads/a", Old);

        var result = await RunAsync("cleanup_temp_files", "--areas", "temp, restore_temp/", "--force", "--json");

        result.Json.GetProperty("counts").GetProperty("deleted").GetInt64().ShouldBe(1);
        (await BlobNamesAsync()).ShouldBe(["uploads/a"]);
    }

    [Fact]
    public async Task Help_OfATask_ShowsDefaultsAndCounts()
    {
        var result = await RunAsync("cleanup_temp_files", "--help");

        result.Output.ShouldContain("The age from which a unit is old (24)");
        result.Output.ShouldContain("--areas <LIST>");
        result.Output.ShouldMatch("inUse +kept because they are in use");
    }

    [Fact]
    public async Task Numbers_OfEachRun_AreThoseOfTheTaskDescription()
    {
        using var django = new DjangoInstallation();
        var command = await CochinProcess.RunAsync(
            [
                .. Settings,
                new("Cochin__Retention__KeepLast", "3"),
                new("Cochin__Django__Database", django.Database),
                new("Cochin__Django__Backups", django.Backups),
            ],
            "test",
            "all",
            "--json");
        var runs = command.Json.EnumerateArray().ToList();

        foreach (var run in runs)
        {
            var task = TaskCatalog.Find(run.GetProperty("task").GetString()!).ShouldNotBeNull();
            run.GetProperty("counts").EnumerateObject().Select(count => count.Name).ShouldBe(task.Counts.Select(count => count.Name), task.Name);
            run.GetProperty("bytes").EnumerateObject().Select(bytes => bytes.Name).ShouldBe(task.Bytes.Select(bytes => bytes.Name), task.Name);
        }

        runs.Select(run => run.GetProperty("task").GetString()).Distinct().ShouldBe(TaskCatalog.All.Select(task => task.Name));
    }
}
