using System.Text.RegularExpressions;
using System.Xml.Linq;
using Cochin.Functions.Hosting;
using Cochin.Functions.Tests.Hosting.OfficialWorker;

namespace Cochin.Functions.Tests.Hosting;

/// <summary>Reads the project files, and holds the two branches of the worker switch in step.</summary>
public sealed partial class WorkerSwitchTests
{
    private static readonly string Source = Path.Combine(ProjectRoot.Path, "Cochin.Functions");

    private static readonly XDocument Project = XDocument.Load(Path.Combine(Source, "Cochin.Functions.csproj"));

    private static readonly XDocument Properties = XDocument.Load(Path.Combine(ProjectRoot.Path, "Directory.Build.props"));

    private static readonly XDocument Packages = XDocument.Load(Path.Combine(ProjectRoot.Path, "Directory.Packages.props"));

    private static XElement Official => Project.Descendants("When").Single();

    private static XElement Local => Project.Descendants("Otherwise").Single();

    [Theory]
    [InlineData(true, "--host", "127.0.0.1", "--functions-uri", "http://127.0.0.1:5000", "--functions-worker-id", "1")]
    [InlineData(true, "--functions-request-id=7")]
    [InlineData(false, "show", "--json")]
    [InlineData(false)]
    public void IsHostStart_ByTheHostsArguments(bool expected, params string[] args) => WorkerSwitch.IsHostStart(args).ShouldBe(expected);

    [Fact]
    public void Branches_CompileTheSameButForTheWorkersFolder()
    {
        Official.Attribute("Condition")!.Value.ShouldBe("'$(FunctionsWorker)' == 'official'");
        Project.Descendants("Compile").Select(compile => (compile.Ancestors().Contains(Official), compile.ToString())).ShouldBe(
            [(true, "<Compile Remove=\"Hosting/LocalWorker/**\" />"), (false, "<Compile Remove=\"Hosting/OfficialWorker/**\" />")]);
        SourceFiles("").ShouldAllBe(file => !Conditional().IsMatch(File.ReadAllText(file)), "one source for both, with no #if");
    }

    [Fact]
    public void Branches_DifferInPackagesOnly()
    {
        Official.Descendants("PackageReference").Select(Include).ShouldBe(WorkerPackages.All.Select(package => package.Id));
        Official.Descendants("PropertyGroup").Elements().ShouldHaveSingleItem().ToString().ShouldBe("<AzureFunctionsVersion>v4</AzureFunctionsVersion>");
        Local.Elements().ShouldHaveSingleItem().Elements().ShouldHaveSingleItem().Name.ShouldBe("Compile");
    }

    [Fact]
    public void WorkerHost_HasTheSameFaceInBoth()
    {
        var faces = new[] { "LocalWorker", "OfficialWorker" }.Select(folder => Face().Match(File.ReadAllText(Path.Combine(Source, "Hosting", folder, "WorkerHost.cs"))).Value).ToArray();

        faces[0].ShouldNotBeEmpty();
        faces[1].ShouldBe(faces[0]);
    }

    [Fact]
    public void OfficialBranch_IsOneFileOfADozenLines()
    {
        var lines = File.ReadAllLines(SourceFiles(Path.Combine("Hosting", "OfficialWorker")).ShouldHaveSingleItem());

        lines.Count(line => line.Trim() is not ("" or "{" or "}") && !line.StartsWith("using ", StringComparison.Ordinal) && !line.StartsWith("///", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(12);
        string.Concat(lines).ShouldContain("builder.AddCochin(");
    }

    [Fact]
    public void Versions_StandInOnePlace()
    {
        foreach (var (id, version) in WorkerPackages.All)
        {
            var reference = Packages.Descendants("PackageVersion").Single(package => Include(package) == id).Attribute("Version")!.Value;
            var property = Reference().Match(reference).Groups[1].Value;

            Properties.Descendants(property).ShouldHaveSingleItem().Value.ShouldBe(version);
            Properties.Descendants().Where(element => !element.HasElements && element.Value.Contains($"'{id.ToLowerInvariant()}', $({property})", StringComparison.Ordinal))
                .ShouldHaveSingleItem($"the switch looks for {id} in the cache");
        }

        var switched = Properties.Descendants("FunctionsWorker").Single(element => element.Value == "official").Attribute("Condition")!.Value;
        foreach (var cached in Properties.Descendants().Where(element => element.Name.LocalName.EndsWith("Cached", StringComparison.Ordinal)))
        {
            switched.ShouldContain($"Exists('$({cached.Name})')");
        }
    }

    [Fact]
    public void Versions_AreNotRepeatedInTheLauncher()
    {
        foreach (var script in new[] { "cochin", "scripts/func.sh", "scripts/func.mjs" })
        {
            var text = File.ReadAllText(Path.Combine(ProjectRoot.Path, script));
            WorkerPackages.All.ShouldAllBe(package => !text.Contains(package.Version, StringComparison.Ordinal), "it restores the project itself");
        }
    }

    private static string[] SourceFiles(string folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(Source, folder), "*.cs", SearchOption.AllDirectories).Where(file => !Built().IsMatch(Path.GetRelativePath(Source, file)))];

    private static string Include(XElement element) => element.Attribute("Include")!.Value;

    [GeneratedRegex(@"^\s*#if\b", RegexOptions.Multiline)]
    private static partial Regex Conditional();

    [GeneratedRegex(@"Task<int> RunAsync\([^)]*\)")]
    private static partial Regex Face();

    [GeneratedRegex(@"^\$\((\w+)\)$")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(bin|obj)\b")]
    private static partial Regex Built();
}
