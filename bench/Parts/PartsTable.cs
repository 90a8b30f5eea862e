using Cochin.Bench.Running;

namespace Cochin.Bench.Parts;

/// <summary>The parts of some work, and the same work in one run.</summary>
internal static class PartsTable
{
    public static FindingsTable Of(string title, IReadOnlyList<Part> parts, Part whole) => new(
        title,
        ["run", "s", "pages read", "reads of one", "requests that change", "other requests"],
        [
            .. parts.Select((part, i) => Row($"part {i + 1}{Words(part.End)}", part)),
            Row("all parts", new Part(parts.Sum(part => part.Seconds), PartEnd.Done, PartRequests.Sum(parts.Select(part => part.Requests)))),
            Row("the same work in one run", whole),
        ]);

    private static string Words(PartEnd end) => end switch
    {
        PartEnd.SafePoint => "",
        PartEnd.CutOff => ", cut off before a safe point",
        _ => ", the last",
    };

    private static IReadOnlyList<string> Row(string what, Part part) =>
        [what, $"{part.Seconds:0.0}", $"{part.Requests.Pages:N0}", $"{part.Requests.Looks:N0}", $"{part.Requests.Changes:N0}", $"{part.Requests.Others:N0}"];
}
