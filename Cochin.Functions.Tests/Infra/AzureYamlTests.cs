using YamlDotNet.Serialization;

namespace Cochin.Functions.Tests.Infra;

public sealed class AzureYamlTests
{
    private static Dictionary<object, object> Read() =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(ProjectRoot.Path, "azure.yaml")));

    [Fact]
    public void Service_IsTheProjectAndMatchesTheTagInBicep()
    {
        var service = (Dictionary<object, object>)((Dictionary<object, object>)Read()["services"])["maintenance"];

        Directory.GetFiles(Path.Combine(ProjectRoot.Path, (string)service["project"]), "*.csproj").ShouldHaveSingleItem();
        service["language"].ShouldBe("dotnet");
        service["host"].ShouldBe("function");
        File.ReadAllText(Path.Combine(InfraFolder.Path, "modules", "app.bicep")).ShouldContain("'azd-service-name': 'maintenance'");
    }

    [Fact]
    public void Infra_IsWhereTheBicepIs()
    {
        var infra = (Dictionary<object, object>)Read()["infra"];

        File.Exists(Path.Combine(ProjectRoot.Path, (string)infra["path"], infra["module"] + ".bicep")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("postdeploy")]
    public void Hook_OnBothKindsOfSystem_HasAShellAndACommand(string name)
    {
        var hook = (Dictionary<object, object>)((Dictionary<object, object>)Read()["hooks"])[name];

        foreach (var (system, shell) in new[] { ("posix", "sh"), ("windows", "pwsh") })
        {
            var commands = (Dictionary<object, object>)hook[system];
            commands["shell"].ShouldBe(shell);
            ((string)commands["run"]).ShouldNotBeNullOrWhiteSpace();
        }
    }
}
