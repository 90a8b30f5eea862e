using System.Text.RegularExpressions;
using YamlDotNet.Serialization;

namespace Cochin.Functions.Tests.Infra;

/// <summary>The files for the machine with the Django application (docs/moving-in.md). Docker and systemd were not available to run them.</summary>
public sealed partial class MovingInTests
{
    private static readonly string Folder = Path.Combine(ProjectRoot.Path, "deploy", "nas");

    private static readonly Dictionary<object, object> Service =
        (Dictionary<object, object>)((Dictionary<object, object>)new DeserializerBuilder().Build()
            .Deserialize<Dictionary<string, object>>(File.ReadAllText(Path.Combine(Folder, "compose.yaml")))["services"])["cochin"];

    [Fact]
    public void Compose_Files_Exist()
    {
        var build = (Dictionary<object, object>)Service["build"];
        var context = Path.GetFullPath(Path.Combine(Folder, (string)build["context"]));

        File.Exists(Path.Combine(context, "Cochin.sln")).ShouldBeTrue("the build copies the checkout");
        File.Exists(Path.Combine(context, (string)build["dockerfile"])).ShouldBeTrue();
        File.Exists(Path.Combine(Folder, $"{Service["env_file"]}.sample")).ShouldBeTrue();
    }

    [Fact]
    public void Compose_Volumes_AreReadOnlyAndAreWhereTheSettingsSay()
    {
        var volumes = ((List<object>)Service["volumes"]).Cast<string>().Select(volume => volume.Split(':')).ToList();
        var settings = ((Dictionary<object, object>)Service["environment"]).ToDictionary(one => (string)one.Key, one => (string)one.Value);

        volumes.ShouldAllBe(volume => volume.Length == 3 && volume[2] == "ro");
        settings["Cochin__Django__Backups"].ShouldBe(volumes[1][1]);
        Path.GetDirectoryName(settings["Cochin__Django__Database"]).ShouldBe(volumes[0][1], "its write-ahead log is in the same folder");
    }

    [Fact]
    public void ComposeAndUnit_Commands_RunTheSameJob()
    {
        var command = string.Join(' ', (List<object>)Service["command"]);
        var unit = File.ReadAllText(Path.Combine(Folder, "cochin-sync.service"));

        command.ShouldBe("serve sync_django");
        unit.ShouldContain($"\nExecStart=/opt/cochin/cochin {command}\n");
    }

    [Fact]
    public void Environment_Sample_HasNoSecretAndIsNotCommitted()
    {
        var sample = File.ReadAllLines(Path.Combine(Folder, "cochin.env.sample")).Where(line => line.Length > 0 && line[0] != '#').ToList();

        sample.ShouldAllBe(line => Variable().IsMatch(line));
        sample.ShouldContain("AZURE_CLIENT_SECRET=");
        File.ReadAllText(Path.Combine(ProjectRoot.Path, ".gitignore")).ShouldContain("deploy/nas/cochin.env\n");
        File.ReadAllText(Path.Combine(Folder, "Dockerfile.dockerignore")).ShouldContain("**/*.env\n");
    }

    [Fact]
    public void Document_Links_LeadToFiles()
    {
        var document = Path.Combine(ProjectRoot.Path, "docs", "moving-in.md");

        var targets = Link().Matches(File.ReadAllText(document)).Select(link => link.Groups[1].Value).Where(target => !target.Contains(':')).ToList();

        targets.ShouldNotBeEmpty();
        targets.ShouldAllBe(target => Path.Exists(Path.Combine(ProjectRoot.Path, "docs", target)));
    }

    [GeneratedRegex("^[A-Za-z_]+=[^\\s\"']*$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\]\(([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();
}
