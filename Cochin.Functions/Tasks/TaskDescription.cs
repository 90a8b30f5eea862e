namespace Cochin.Functions.Tasks;

/// <summary>
/// All that is said of a task outside of its folder, in one place: the verb and its help, the options of its jobs, its settings and
/// default jobs, its numbers in results, digest and page, and what it writes to the audit log follow from it.
/// </summary>
internal sealed record TaskDescription
{
    private static readonly Parameter DryRun = Parameter.DryRun("dry-run", "Work out what would be done, and change nothing");

    /// <summary>The name of the task, its verb and its lock.</summary>
    public required string Name { get; init; }

    /// <summary>The class that does the work, a <see cref="MaintenanceTask"/>.</summary>
    public required Type Task { get; init; }

    /// <summary>A short sentence without a full stop, for the list of commands.</summary>
    public required string Summary { get; init; }

    /// <summary>A whole sentence, for the demo.</summary>
    public required string Purpose { get; init; }

    /// <summary>Command lines for the help, without <c>./cochin</c> before them.</summary>
    public required IReadOnlyList<string> Examples { get; init; }

    /// <summary>The options of a run for which nothing was given.</summary>
    public required TaskOptions Defaults { get; init; }

    /// <summary>Options of its own; every task has <c>--dry-run</c> as well.</summary>
    public IReadOnlyList<Parameter> Options { get; init => field = [.. value, DryRun]; } = [DryRun];

    /// <summary>What <c>--verbose</c> lists; null for a task without that option.</summary>
    public string? Verbose { get; init; }

    /// <summary>Completes options by the names of those that were typed.</summary>
    public Func<TaskOptions, IReadOnlySet<string>, TaskOptions> Complete { get; init; } = static (options, _) => options;

    public TaskSettingsDescription? Settings { get; init; }

    /// <summary>The counts of a run, in the order of its JSON.</summary>
    public IReadOnlyList<TaskNumber> Counts { get; init; } = [];

    public IReadOnlyList<TaskNumber> Bytes { get; init; } = [];

    public IReadOnlyList<DigestField> Digest { get; init; } = [];

    /// <summary>What the reasons of its items mean.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<AuditedAction> Actions { get; init; } = [];

    public IReadOnlyList<DefaultJob> Jobs { get; init; } = [];

    /// <summary>The bytes that a run has worked through, as the status page draws them; null if it counts none.</summary>
    public TaskNumber? Worked => Bytes.FirstOrDefault(bytes => bytes.Caption is not null);

    /// <summary>The flags without which a run that changes things is not started unasked; none if it changes nothing that could be missed.</summary>
    public IEnumerable<Parameter> Confirmations => Options.Where(option => option.Use == ParameterUse.Confirmation);

    /// <summary>Two options that set the same value and were both given; null if there are none.</summary>
    public static (Parameter First, Parameter Second)? Twice(IReadOnlyCollection<Parameter> given) =>
        given.FirstOrDefault(option => given.Any(other => other.Name == option.ConflictsWith)) is { } second
            ? (given.First(other => other.Name == second.ConflictsWith), second)
            : null;
}

/// <summary>An action that a task writes to the audit log.</summary>
/// <param name="IsAnnounced">Whether it changes data, so that a line of its own goes before each change.</param>
internal sealed record AuditedAction(string Name, bool IsAnnounced = true);

/// <summary>A job that is there without any setting.</summary>
/// <param name="Schedule">NCRONTAB with six fields.</param>
/// <param name="CatchUpHours">How late an occurrence may be made up.</param>
internal sealed record DefaultJob(string Name, string Schedule, double CatchUpHours, TaskOptions Options)
{
    /// <summary>The setting without which there is no such job; null if it needs none.</summary>
    public string? Needs { get; init; }

    /// <summary>Whether that is set.</summary>
    public Func<TaskSettings, bool> Exists { get; init; } = static _ => true;
}

/// <summary>What the digest says of a task's work, added up over all runs.</summary>
/// <param name="Caption">The name of the field.</param>
/// <param name="Format">Its text, with a place for each of the numbers; bytes are filled in with their unit.</param>
/// <param name="Numbers">Each is the sum of the numbers in it, all counts or all bytes.</param>
internal sealed record DigestField(Wording Caption, string Format, params IReadOnlyList<IReadOnlyList<TaskNumber>> Numbers);
