namespace Cochin.Functions.Tasks;

/// <summary>The settings of a task, as one record.</summary>
/// <param name="Defaults">Returns the defaults, given the time zone of the schedules.</param>
internal sealed record TaskSettingsDescription(Func<TimeZoneInfo, object> Defaults, IReadOnlyList<Parameter> Parameters);

/// <summary>The settings of all tasks, found by the type of their record.</summary>
internal sealed class TaskSettings(IReadOnlyList<object> all)
{
    public IReadOnlyList<object> All { get; } = all;

    public T Of<T>() => All.OfType<T>().Single();
}
