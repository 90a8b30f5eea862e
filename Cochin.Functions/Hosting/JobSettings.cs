using System.Text.RegularExpressions;
using Cochin.Functions.Jobs;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Hosting;

/// <summary>Reads the default jobs of the tasks, as changed by the settings, and the additional jobs defined in the settings.</summary>
/// <param name="missingChannel">The setting of the channel for messages, as an environment variable; null if it is set.</param>
internal sealed partial class JobSettings(
    SettingValues values, TimeZoneInfo timeZone, IReadOnlyList<TaskDescription> tasks, TaskSettings taskSettings, string? missingChannel = null)
{
    private const string Jobs = "Cochin:Jobs";
    private const double MaxHours = 87_600;
    private const string ScheduleHint = "Use six fields: second minute hour day month weekday, e.g. '0 0 8 * * *' for every day at 08:00.";

    // A nightly job should not run at noon; a daily job may be caught up until shortly before it is next due.
    private const double DailyCatchUpHours = 20;
    private const double DefaultCatchUpHours = 6;

    private readonly double overduePeriods = values.Number("Cochin:Watch:OverduePeriods", 2, 1, 100);

    /// <summary>Returns all jobs: the default jobs in the order of their tasks, then the additional ones by name.</summary>
    public JobCatalog Read()
    {
        var defaults = tasks.SelectMany(task => task.Jobs.Select(job => (Task: task, Job: job))).ToList();
        var known = defaults.Select(one => one.Job.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var read = defaults
            .Select(one => (one.Task, Definition: ReadDefault(one.Task, one.Job)))
            .ToLookup(one => one.Task.CanRun(one.Definition.Options, taskSettings));
        var further = values.Children(Jobs).Where(name => !known.Contains(name)).Order(StringComparer.Ordinal).Select(name => ReadFurther(name, known));
        return new JobCatalog([.. read[true].Select(one => one.Definition), .. further.OfType<JobDefinition>()])
        {
            Dormant = [.. read[false].Select(one => new DormantJob(one.Definition.Name, one.Task.Requirement!.Setting))],
        };
    }

    private JobDefinition ReadDefault(TaskDescription task, DefaultJob job)
    {
        var key = $"{Jobs}:{job.Name}";
        if (values.Text($"{key}:Task") is { } other && other != task.Name)
        {
            values.Add(
                $"{key}:Task",
                $"{Quoted.Of(other)} is not the task of {job.Name}.",
                $"Leave it out, or set it to {task.Name}; for a job of another task, use another name.");
        }

        if (!JobSchedule.TryParse(job.Schedule, timeZone, out var schedule, out var problem))
        {
            throw new InvalidOperationException(problem);
        }

        return ReadJob(job.Name, ReadOptions(task, job.Options, $"{key}:Options"), ReadSchedule(key) ?? schedule, _ => job.CatchUpHours);
    }

    private JobDefinition? ReadFurther(string name, IReadOnlySet<string> defaults)
    {
        var key = $"{Jobs}:{name}";
        if (values.Text($"{key}:Task") is not { } taskName)
        {
            values.AddForSection(
                key,
                "There is no such job.",
                $"The jobs are {string.Join(", ", defaults)}. To define a new job, set {Setting(name)}__Task to the name of a task "
                + $"and {Setting(name)}__Schedule to a schedule.");
            return null;
        }

        if (!JobName().IsMatch(name) || name == JobCatalog.All || tasks.Any(task => task.Name == name))
        {
            values.Add(
                key,
                $"{Quoted.Of(name)} can't be the name of a job.",
                $"Use 1 to 63 characters (a-z, 0-9 and _), starting with a letter. '{JobCatalog.All}' and the names of tasks are reserved.");
        }

        var task = tasks.FirstOrDefault(task => task.Name == taskName);
        if (task is null)
        {
            values.Add($"{key}:Task", $"There is no task {Quoted.Of(taskName)}.", $"The tasks are {TaskNames()}.");
            values.IgnoreSection($"{key}:Options"); // The valid options depend on the task.
        }

        if (values.Text($"{key}:Schedule") is null)
        {
            values.Add($"{key}:Schedule", $"The job {name} has no schedule.", ScheduleHint);
        }

        // The other settings are read even without a valid task, to report their problems.
        var schedule = ReadSchedule(key) ?? Never;
        var options = task is null ? tasks[0].Defaults : ReadOptions(task, task.Defaults, $"{key}:Options");
        if (task?.CanRun(options, taskSettings) is false)
        {
            values.Add($"{key}:Options", task.Requirement!.Problem, task.Requirement.Hint);
        }

        var job = ReadJob(name, options, schedule, CatchUpHoursOf) with { IsFurther = true };
        return task is null ? null : job;
    }

    private JobDefinition ReadJob(string name, TaskOptions options, JobSchedule schedule, Func<JobSchedule, double> catchUp)
    {
        var key = $"{Jobs}:{name}";
        return new JobDefinition
        {
            Name = name,
            Options = options,
            Schedule = schedule,
            CatchUp = TimeSpan.FromHours(values.Number($"{key}:CatchUpHours", catchUp(schedule), 0, MaxHours)),
            Enabled = values.Flag($"{key}:Enabled", fallback: true),
            OverduePeriods = overduePeriods,
            MissingSetting = tasks.First(task => task.Name == options.Task).NeedsChannel ? missingChannel : null,
            Ping = ReadPing(key),
        };
    }

    // Replaces an invalid schedule until all problems are reported.
    private JobSchedule Never =>
        JobSchedule.TryParse("0 0 0 1 1 *", timeZone, out var schedule, out var problem) ? schedule : throw new InvalidOperationException(problem);

    private JobSchedule? ReadSchedule(string job)
    {
        var key = $"{job}:Schedule";
        if (values.Text(key) is not { } text)
        {
            return null;
        }

        if (!JobSchedule.TryParse(text, timeZone, out var schedule, out var problem))
        {
            values.Add(key, Quoted.IsHarmless(text) ? problem + "." : "It is not a schedule.", ScheduleHint);
        }

        return schedule;
    }

    private PingAddress? ReadPing(string job)
    {
        var key = $"{job}:PingUrl";
        if (values.Text(key) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp))
        {
            return new PingAddress(url);
        }

        values.Add(key, "It is not a valid URL.", "Copy the ping address of the check, e.g. https://hc-ping.com/UUID.");
        return null;
    }

    private TaskOptions ReadOptions(TaskDescription task, TaskOptions options, string section)
    {
        foreach (var option in task.Options.Where(option => option.Use == ParameterUse.Value))
        {
            values.AddOptional($"{section}:{SettingName(option)}");
        }

        var given = new Dictionary<Parameter, string>();
        foreach (var name in values.Children(section))
        {
            var key = $"{section}:{name}";
            if (task.Options.FirstOrDefault(option => option.IsNamed(name) && option.Use is ParameterUse.Value or ParameterUse.Confirmation) is not { } option)
            {
                var names = task.Options.Where(option => option.Use == ParameterUse.Value).Select(option => option.Name);
                values.AddForSection(
                    key,
                    $"A job of {task.Name} has no option {Quoted.Of(name)}.",
                    $"Its options are {string.Join(", ", names)}; see `./cochin {task.Name} --help`.");
            }
            else if (!given.TryAdd(option, key))
            {
                values.AddForSection(key, $"--{option.Name} is set twice.", "Set it once.");
            }
            else if (values.Text(key) is { } text)
            {
                options = Read(option, options, key, text);
            }
        }

        if (TaskDescription.FindConflict(given.Keys) is var (first, second))
        {
            values.Add(given[second], $"--{first.Name} and --{second.Name} set the same value.", "Set one of them.");
        }

        foreach (var (option, key) in given)
        {
            if (option.Check?.Invoke(options, taskSettings) is { } problem)
            {
                values.Add(key, problem, option.Hint);
            }
        }

        return options;
    }

    private T Read<T>(Parameter parameter, T record, string key, string text)
        where T : class
    {
        var read = parameter.Read(record, text, out var problem);
        if (problem is not null)
        {
            values.Add(key, problem, parameter.Hint);
        }

        return read;
    }

    private double CatchUpHoursOf(JobSchedule schedule) => schedule.IsDaily ? DailyCatchUpHours : DefaultCatchUpHours;

    private string TaskNames() => string.Join(", ", tasks.Select(task => task.Name));

    private static string SettingName(Parameter option) => string.Concat(option.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static string Setting(string job) => $"Cochin__Jobs__{(JobName().IsMatch(job) ? job : "JOB")}";

    [GeneratedRegex("^[a-z][a-z0-9_]{0,62}$")]
    private static partial Regex JobName();
}
