using Cochin.Functions.Tasks;

namespace Cochin.Functions.Tests.Tasks;

internal static class TaskResultReading
{
    public static long Count(this TaskResult result, string name) => result.Counts.Single(count => count.Key == name).Value;
}
