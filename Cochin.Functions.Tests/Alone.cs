namespace Cochin.Functions.Tests;

/// <summary>For tests that measure this process: no other test runs at the same time.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;
