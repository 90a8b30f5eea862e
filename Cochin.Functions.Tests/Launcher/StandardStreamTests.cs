using System.Runtime.Versioning;

namespace Cochin.Functions.Tests.Launcher;

/// <summary><c>./cochin</c> with standard streams that are closed or full.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StandardStreamTests : IDisposable
{
    private readonly FakeCheckout checkout = new();

    public void Dispose() => checkout.Dispose();

    [Fact]
    public async Task Start_StandardOutputClosed_IsAnErrorBeforeAnythingIsDone()
    {
        var result = await checkout.RunAsync("show", ">&-");

        result.ExitCode.ShouldBe(1);
        result.Errors.ShouldContain("standard output is closed");
        checkout.Builds.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData("<&-")]
    public async Task Start_OtherStreamClosedOrFull_RunsAnyway(string redirection)
    {
        var result = await checkout.RunAsync("show", redirection);

        result.ExitCode.ShouldBe(0);
        result.Output.ShouldBe($"ran show at {checkout.Root}\n");
    }
}
