using System.Globalization;
using System.Text;
using Cochin.Bench.Running;

namespace Cochin.Bench.Results;

/// <summary>The text of <c>RESULTS.md</c>: machine, all goals at a glance, a section a benchmark.</summary>
internal static class ResultsText
{
    public static string Of(IReadOnlyList<ResultSection> sections)
    {
        var machine = sections[^1].Machine;
        var goals = sections.SelectMany(section => section.Goals).ToArray();
        var text = new StringBuilder("# Benchmarks\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Made by `./cochin bench`: edit nothing here by hand. `./cochin bench --list` names the benchmarks, `./cochin bench NAME` repeats some and replaces their sections. ");
        text.Append("Contestants run in turn as processes of their own; wall and processor time (user and system) are of the whole process, start-up included. Figures are least / median / most of the rounds, ratios are of medians. ");
        text.Append("The same figures for programs are in `results.json`.\n\n");
        text.Append(SectionText.Table(new FindingsTable(
            "",
            ["machine", ""],
            [
                ["processor", $"{machine.Processor}, {machine.Cores} cores, {machine.MemoryGiB.ToString(CultureInfo.InvariantCulture)} GiB of memory"],
                ["system", machine.System],
                [".NET", machine.DotNet],
                ["Node.js", machine.Node],
                ["Azurite", machine.Azurite],
                ["rclone", machine.Rclone],
                ["newest measurement", sections.Max(section => section.Date)!],
            ])));
        text.Append(CultureInfo.InvariantCulture, $"\n{goals.Count(goal => goal.IsMet)} of {goals.Length} goals met{Missed(goals)}.\n");
        foreach (var section in sections)
        {
            text.Append('\n').Append(SectionText.Of(section));
        }

        return text.ToString();
    }

    private static string Missed(GoalResult[] goals)
    {
        var missed = goals.Where(goal => !goal.IsMet).Select(goal => $"`{goal.Ratio}`").ToArray();
        return missed.Length == 0 ? "" : $"; missed: {string.Join(", ", missed)} (reasons below)";
    }
}
