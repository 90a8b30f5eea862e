using System.Globalization;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

internal static class OptionReading
{
    /// <summary>Whether an option takes a number, typed or set.</summary>
    public static bool Takes(this TaskDescription task, string option, double number)
    {
        task.Options.Single(one => one.Name == option).Read(task.Defaults, number.ToString("R", CultureInfo.InvariantCulture), out var problem);
        return problem is null;
    }
}
