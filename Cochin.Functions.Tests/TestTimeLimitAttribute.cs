using System.Collections.Concurrent;
using System.Reflection;
using Cochin.Functions.Tests.Proof;
using Xunit.v3;

[assembly: Cochin.Functions.Tests.TestTimeLimit]

namespace Cochin.Functions.Tests;

/// <summary>
/// Cancels a test that takes too long, so that a test that waits in vain fails with its name instead of holding up the whole run. If the test
/// doesn't react, ends the process.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TestTimeLimitAttribute : BeforeAfterTestAttribute
{
    private static readonly TimeSpan Limit = ProofScale.Of(TimeSpan.FromMinutes(10), TimeSpan.FromHours(2));

    private static readonly TimeSpan TimeToReact = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, ITimer> timers = [];

    public override void Before(MethodInfo methodUnderTest, IXunitTest test)
    {
        var context = TestContext.Current;
        var isCancelled = false;
        timers[test.UniqueID] = TimeProvider.System.CreateTimer(
            _ =>
            {
                if (isCancelled)
                {
                    Environment.FailFast($"{test.TestDisplayName} does not end.");
                }

                isCancelled = true;
                context.CancelCurrentTest();
            },
            null,
            Limit,
            TimeToReact);
    }

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (timers.TryRemove(test.UniqueID, out var timer))
        {
            timer.Dispose();
        }
    }
}
