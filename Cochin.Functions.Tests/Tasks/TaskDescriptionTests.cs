using System.Text.RegularExpressions;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

/// <summary>What every task says of itself.</summary>
public sealed partial class TaskDescriptionTests
{
    public static TheoryData<string> Tasks() => [.. TaskCatalog.All.Select(task => task.Name)];

    [Theory]
    [InlineData("check_devis_notifications", "examined startSent endSent late expired alreadySent failed", "")]
    [InlineData("cleanup_temp_files", "scanned old deleted inUse changed failed blobsDeleted", "scanned freed")]
    [InlineData("cleanup_stuck_operations", "examined stuck marked finishedMeanwhile failed", "")]
    [InlineData("verify_backups", "examined verified damaged repaired changed notDue failed", "read")]
    [InlineData("prune_backups", "examined kept pruned protected changed failed", "kept freed")]
    [InlineData(
        "sync_django", "backups restores quotes configurations uploaded written unchanged conflicts missing rejected failed", "uploaded")]
    [InlineData("rebuild_backup_paths", "blobs records registered missing healed mismatched inFlight ignored failed", "registered")]
    public void Numbers_AreThoseOfTheContract(string task, string counts, string bytes)
    {
        string.Join(' ', Of(task).Counts.Select(count => count.Name)).ShouldBe(counts);
        string.Join(' ', Of(task).Bytes.Select(count => count.Name)).ShouldBe(bytes);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Numbers_InDigestAndPage_AreOfTheTask(string name)
    {
        var task = Of(name);

        var sums = task.Digest.SelectMany(field => field.Numbers).ToList();
        sums.ShouldAllBe(sum => sum.Count > 0 && sum.Select(number => number.IsBytes).Distinct().Count() == 1);
        sums.SelectMany(sum => sum).ShouldBeSubsetOf(task.Counts.Concat(task.Bytes));
        task.Counts.ShouldAllBe(count => !count.IsBytes);
        task.Bytes.ShouldAllBe(bytes => bytes.IsBytes);
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Options_Always_HaveNamesOfTheirOwnInLowerCase(string name)
    {
        var options = Of(name).Options;

        options.Select(option => option.Name.Replace("-", "", StringComparison.Ordinal)).ShouldBeUnique();
        options.ShouldAllBe(option => OptionName().IsMatch(option.Name) && option.Help.Length > 0 && !option.Help.EndsWith('.'));
        options.Where(option => option.ConflictsWith is not null).ShouldAllBe(option => options.Any(other => other.Name == option.ConflictsWith));
        options.ShouldContain(option => option.Name == "dry-run" && option.Use == ParameterUse.DryRun);
    }

    /// <summary>A checkpoint knows by the text of the options whether it is of the same work: no value may be missing from it.</summary>
    [Theory]
    [MemberData(nameof(Tasks))]
    public void Options_WithAnotherValue_AreAnotherText(string name)
    {
        var task = Of(name);
        foreach (var option in task.Options.Where(option => option.Use != ParameterUse.Confirmation))
        {
            string[] values = option.IsFlag ? ["true"] : ["1", "2", "uploads", "temp, uploads"];
            var texts = values
                .Select(value => option.Read(task.Defaults, value, out var problem) is var options && problem is null ? options.ToString() : null)
                .Where(text => text is not null)
                .ToList();

            texts.Append(task.Defaults.ToString()).ShouldBeUnique();
            texts.Count.ShouldBeGreaterThanOrEqualTo(option.IsFlag ? 1 : 2, option.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Defaults_Always_AreOptionsOfTheTask(string name)
    {
        var task = Of(name);

        task.Defaults.Task.ShouldBe(name);
        task.Jobs.ShouldAllBe(job => job.Options.Task == name);
        typeof(MaintenanceTask).IsAssignableFrom(task.Task).ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Actions_WrittenByTheTask_AreDescribed(string name)
    {
        var task = Of(name);
        var folder = Path.Combine([ProjectRoot.Path, "Cochin.Functions", .. task.Task.Namespace!.Split('.').Skip(2)]);

        var written = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Action().Matches(File.ReadAllText(file)))
            .SelectMany(match => match.Groups.Values.Skip(1))
            .Where(group => group.Success)
            .Select(group => group.Value);

        written.Distinct().ShouldBe(task.Actions.Select(action => action.Name), ignoreOrder: true);
    }

    [Fact]
    public void Announced_IsWhatChangesData() =>
        TaskCatalog.AnnouncedActions.ShouldBe(
            [
                "delete", "mark_failed", "register", "unregister", "mark_missing", "heal", "mark_verified", "mark_damaged", "prune", "cancel_prune",
                "upload", "supersede",
            ],
            ignoreOrder: true);

    [Fact]
    public void Names_OfTasksJobsAndAll_AreDifferent()
    {
        TaskCatalog.All.Select(task => task.Name).ShouldBeUnique();
        TaskCatalog.All.SelectMany(task => task.Jobs).Select(job => job.Name).Append(JobCatalog.All).ShouldBeUnique();
    }

    private static TaskDescription Of(string name) => TaskCatalog.Find(name).ShouldNotBeNull();

    [GeneratedRegex("^[a-z]+(-[a-z]+)*$")]
    private static partial Regex OptionName();

    [GeneratedRegex("(?:AuditEntry(?:\\.Planned)?\\(|string Action(?: =|\\(.*\\? )\\s*)\"([a-z_]+)\"(?: : \"([a-z_]+)\")?")]
    private static partial Regex Action();
}
