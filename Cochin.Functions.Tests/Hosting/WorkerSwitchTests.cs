using System.Xml.Linq;
using Cochin.Functions.Hosting;

namespace Cochin.Functions.Tests.Hosting;

public sealed class WorkerSwitchTests
{
    private static readonly XDocument Project = XDocument.Load(Path.Combine(ProjectRoot.Path, "Cochin.Functions", "Cochin.Functions.csproj"));

    private static readonly XDocument Packages = XDocument.Load(Path.Combine(ProjectRoot.Path, "Directory.Packages.props"));

    [Theory]
    [InlineData(true, "--host", "127.0.0.1", "--functions-uri", "http://127.0.0.1:5000", "--functions-worker-id", "1")]
    [InlineData(true, "--functions-request-id=7")]
    [InlineData(false, "show", "--json")]
    [InlineData(false)]
    public void IsHostStart_ByTheHostsArguments(bool expected, params string[] args) => WorkerSwitch.IsHostStart(args).ShouldBe(expected);

    [Fact]
    public void Branches_AreInStep()
    {
        var official = Project.Descendants("When").Single();
        var local = Project.Descendants("Otherwise").Single();

        official.Attribute("Condition")!.Value.ShouldBe("'$(FunctionsWorker)' == 'official'");
        official.Descendants("PackageReference").Select(Include).ShouldBe(
            ["Microsoft.Azure.Functions.Worker", "Microsoft.Azure.Functions.Worker.Extensions.Timer", "Microsoft.Azure.Functions.Worker.Sdk"]);
        official.Descendants("PackageReference").Select(Include).ShouldBeSubsetOf(Packages.Descendants("PackageVersion").Select(Include));
        local.Descendants("PackageReference").ShouldBeEmpty();
        official.Descendants("Compile").Single().Attribute("Remove")!.Value.ShouldBe("Hosting/LocalWorker/**");
        local.Descendants("Compile").Single().Attribute("Remove")!.Value.ShouldBe("Hosting/OfficialWorker/**");
    }

    [Fact]
    public void OfficialBranch_StartsTheSameServices()
    {
        var source = File.ReadAllText(Path.Combine(ProjectRoot.Path, "Cochin.Functions", "Hosting", "OfficialWorker", "WorkerHost.cs"));

        source.ShouldContain("FunctionsApplication.CreateBuilder");
        source.ShouldContain("AddCochin()");
        source.ShouldContain("Task<int> RunAsync(TextWriter errors)");
    }

    [Fact]
    public void Publish_InLocal_Stops() =>
        Project.Descendants("Target").Single(target => target.Attribute("Name")!.Value == "RefuseLocalPublish").Attribute("BeforeTargets")!.Value.ShouldBe("PrepareForPublish");

    private static string Include(XElement element) => element.Attribute("Include")!.Value;
}
