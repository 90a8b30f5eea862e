using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Cli;

public sealed class OperationsVerbTests(AzuriteServer server) : CommandTest(server)
{
    [Theory]
    [InlineData("runing", " Did you mean 'running'?")]
    [InlineData("xyz", "")]
    public async Task List_UnknownStatus_IsRefusedWithTheStatuses(string status, string suggestion)
    {
        await AddOperationAsync("backup", "1", ("Status", "running"));

        var result = await RunAsync("operations", "list", "--status", status, "--json");

        result.ExitCode.ShouldBe(2);
        result.Error.GetProperty("message").GetString().ShouldBe($"'{status}' is not a status, and no operation has it.{suggestion}");
        result.Error.GetProperty("hint").GetString().ShouldBe("The statuses are pending, running, completed, failed, cancelled, file_missing, pruned.");
    }

    [Theory]
    [InlineData("Running", "1")]
    [InlineData("paused", "2")]
    public async Task List_StatusInAnotherSpellingOrOfARow_IsListed(string status, string id)
    {
        await AddOperationAsync("backup", "1", ("Status", "running"));
        await AddOperationAsync("backup", "2", ("Status", "paused"));

        var result = await RunAsync("operations", "list", "--status", status, "--json");

        result.Json.GetProperty("operations").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(id);
    }

    [Fact]
    public async Task List_StatusThatNoOperationHas_IsEmpty()
    {
        await AddOperationAsync("backup", "1", ("Status", "running"));

        var result = await RunAsync("operations", "list", "--status", "pruned");

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("There are no operations.");
    }
}
