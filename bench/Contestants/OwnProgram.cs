using System.Diagnostics;

namespace Cochin.Bench.Contestants;

/// <summary>A part of this program as a process of its own (<see cref="ContestantProgram"/>).</summary>
internal static class OwnProgram
{
    public static ProcessStartInfo Start(string name, params IEnumerable<string> arguments) =>
        new("dotnet", [Path.Combine(AppContext.BaseDirectory, "Cochin.Bench.dll"), ContestantProgram.Word, name, .. arguments]);
}
