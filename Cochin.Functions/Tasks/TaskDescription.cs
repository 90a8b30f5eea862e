using Cochin.Functions.Notifications;

namespace Cochin.Functions.Tasks;

/// <summary>
/// Describes a task to the rest of the program: its command and help, the options of its jobs, its settings and default jobs, its numbers
/// in results, digest and status page, and its audit log actions.
/// </summary>
internal sealed record TaskDescription
{
    private static readonly Parameter DryRun = Parameter.DryRun("dry-run", "Work out what would be done, and change nothing");

    /// <summary>The name of the task, of its command and of its lock.</summary>
    public required string Name { get; init; }

    /// <summary>The type that implements the task, a <see cref="MaintenanceTask"/>.</summary>
    public required Type Task { get; init; }

    /// <summary>A short sentence without a full stop, for the list of commands.</summary>
    public required string Summary { get; init; }

    /// <summary>A full sentence, for the demo.</summary>
    public required string Purpose { get; init; }

    /// <summary>Examples for the help, without the leading <c>./cochin</c>.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>The default options of a run.</summary>
    public required TaskOptions Defaults { get; init; }

    /// <summary>The options of the task. <c>--dry-run</c> is added to each task.</summary>
    public IReadOnlyList<Parameter> Options { get; init => field = [.. value, DryRun]; } = [DryRun];

    /// <summary>What <c>--verbose</c> lists; null if the task does not have that option.</summary>
    public string? Verbose { get; init; }

    /// <summary>Adjusts the options, given the names of those used on the command line.</summary>
    public Func<TaskOptions, IReadOnlySet<string>, TaskOptions> Complete { get; init; } = static (options, _) => options;

    public TaskSettingsDescription? Settings { get; init; }

    /// <summary>What must be set before the task can run; null if nothing must.</summary>
    public TaskRequirement? Requirement { get; init; }

    /// <summary>Whether it reads files of the machine that it runs on. Its jobs run under <c>serve</c> and by hand, not in the Functions app.</summary>
    public bool NeedsThisMachine { get; init; }

    /// <summary>Whether it can do nothing without a channel to send messages to.</summary>
    public bool NeedsChannel { get; init; }

    /// <summary>The counts of a run, in the order of its JSON.</summary>
    public IReadOnlyList<TaskNumber> Counts { get; init; } = [];

    public IReadOnlyList<TaskNumber> Bytes { get; init; } = [];

    public IReadOnlyList<DigestField> Digest { get; init; } = [];

    /// <summary>The meaning of each reason of its items.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<AuditedAction> Actions { get; init; } = [];

    public IReadOnlyList<DefaultJob> Jobs { get; init; } = [];

    /// <summary>The bytes processed by a run, for the chart on the status page; null if the task does not count bytes.</summary>
    public TaskNumber? Worked => Bytes.FirstOrDefault(bytes => bytes.Caption is not null);

    /// <summary>The flags that skip the confirmation prompt; empty if the task does not ask for confirmation.</summary>
    public IEnumerable<Parameter> Confirmations => Options.Where(option => option.Use == ParameterUse.Confirmation);

    /// <summary>Whether everything is set that a run with these options needs.</summary>
    public bool CanRun(TaskOptions options, TaskSettings settings) => Requirement?.IsMet(options, settings) ?? true;

    /// <summary>Returns two options that set the same value and were both used; null if there are none.</summary>
    public static (Parameter First, Parameter Second)? FindConflict(IReadOnlyCollection<Parameter> given) =>
        given.FirstOrDefault(option => given.Any(other => other.Name == option.ConflictsWith)) is { } second
            ? (given.First(other => other.Name == second.ConflictsWith), second)
            : null;
}

/// <summary>An action that a task records in the audit log.</summary>
/// <param name="IsAnnounced">Whether the action changes data, so that an audit line is written before each change.</param>
internal sealed record AuditedAction(string Name, bool IsAnnounced = true);

/// <summary>A job that exists by default.</summary>
/// <param name="Schedule">NCRONTAB with six fields.</param>
/// <param name="CatchUpHours">How late an occurrence may be caught up.</param>
internal sealed record DefaultJob(string Name, string Schedule, double CatchUpHours, TaskOptions Options);

/// <summary>What must be set before a task can do anything. Until then its default jobs do not exist, and its command is refused.</summary>
/// <param name="Setting">The setting that a default job needs, for the sentence "it exists once … is set".</param>
/// <param name="IsMet">Whether the options of a run and the settings have it.</param>
/// <param name="Problem">What is missing, as a sentence.</param>
/// <param name="Hint">What to do.</param>
internal sealed record TaskRequirement(string Setting, Func<TaskOptions, TaskSettings, bool> IsMet, string Problem, string Hint);

/// <summary>A field of the digest with totals over all runs of a task.</summary>
/// <param name="Caption">The name of the field.</param>
/// <param name="Format">The format string, with a placeholder for each number; bytes are formatted with their unit.</param>
/// <param name="Numbers">Each placeholder is the sum of a list of numbers, which are either all counts or all bytes.</param>
internal sealed record DigestField(LocalizedText Caption, string Format, params IReadOnlyList<IReadOnlyList<TaskNumber>> Numbers);
