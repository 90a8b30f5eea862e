using Cochin.Functions.Jobs;

namespace Cochin.Functions.StatusPage;

/// <summary>The signs of the page, drawn once and used by name. Each has a shape of its own: colour is never all that tells them apart.</summary>
internal static class PageSigns
{
    public static Html Definitions { get; } = new(
        """
        <svg class="signs" width="0" height="0" aria-hidden="true" focusable="false"><defs>
        <g id="d-c"><rect class="ok" width="8" height="24" rx="1.5"/></g>
        <g id="d-p"><rect class="warn" y="9" width="8" height="15" rx="1.5"/><rect class="warn-line" x=".5" y=".5" width="7" height="6" rx="1"/></g>
        <g id="d-v"><rect class="ok" width="8" height="13" rx="1.5"/><rect class="bad" y="15" width="8" height="9" rx="1.5"/></g>
        <g id="d-f"><rect class="bad" width="8" height="24" rx="1.5"/><path class="cut" d="M2 10l4 4m0-4l-4 4"/></g>
        <g id="d-l"><rect class="bad-line" x=".75" y=".75" width="6.5" height="22.5" rx="1"/><path class="bad-stroke" d="M2.4 10.4l3.2 3.2m0-3.2l-3.2 3.2"/></g>
        <g id="d-m"><rect class="warn-line" x=".75" y=".75" width="6.5" height="22.5" rx="1"/><path class="warn-stroke" d="M2.2 12h3.6"/></g>
        <g id="d-s"><rect class="dim" y="18" width="8" height="6" rx="1.5"/></g>
        <g id="d-r"><rect class="ink-line" x=".75" y=".75" width="6.5" height="22.5" rx="1"/><path class="ink" d="M2.8 9.4l3.2 2.6l-3.2 2.6z"/></g>
        <g id="d-n"><rect class="faint" y="22.5" width="8" height="1.5"/></g>
        <g id="d-u"><path class="dots" d="M4 3v20"/></g>
        <g id="i-ok"><circle class="ok" cx="8" cy="8" r="8"/><path class="mark" d="M4.4 8.3l2.5 2.5l4.8-5.4"/></g>
        <g id="i-bad"><path class="bad" d="M4.7 0h6.6L16 4.7v6.6L11.3 16H4.7L0 11.3V4.7z"/><path class="mark" d="M5.2 5.2l5.6 5.6m0-5.6l-5.6 5.6"/></g>
        <g id="i-warn"><path class="warn" d="M8 .6L16 15H0z"/><path class="mark" d="M8 5.6v4.2m0 2v.6"/></g>
        <g id="i-off"><circle class="dim-line" cx="8" cy="8" r="6.8"/><path class="dim-stroke" d="M4.6 8h6.8"/></g>
        <g id="i-new"><circle class="dim-line" cx="8" cy="8" r="6.8"/><path class="dim-stroke" d="M8 4.4V8l2.4 1.8"/></g>
        <g id="i-run"><circle class="ink-line" cx="8" cy="8" r="6.8"/><path class="ink" d="M6.2 4.6l5.2 3.4l-5.2 3.4z"/></g>
        </defs></svg>
        """);

    /// <summary>A sign beside words that say the same.</summary>
    public static Html Icon(string name) => new($"<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\" focusable=\"false\"><use href=\"#{name}\"/></svg>");

    public static string IconOf(HealthLevel level) => level switch
    {
        HealthLevel.Trouble => "i-bad",
        HealthLevel.Attention => "i-warn",
        _ => "i-ok",
    };

    public static (string Icon, string Words) Of(JobCondition condition) => condition switch
    {
        JobCondition.Healthy => ("i-ok", "Healthy"),
        JobCondition.New => ("i-new", "Not yet run"),
        JobCondition.Running => ("i-run", "Running"),
        JobCondition.Off => ("i-off", "Switched off"),
        JobCondition.Partial => ("i-warn", "Partly done"),
        JobCondition.Lost => ("i-warn", "Last run died"),
        JobCondition.Missed => ("i-warn", "Missed"),
        JobCondition.NotConfigured => ("i-warn", "Not configured"),
        JobCondition.Overdue => ("i-bad", "Overdue"),
        JobCondition.Unreadable => ("i-bad", "State unreadable"),
        _ => ("i-bad", "Failing"),
    };
}
