namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>What a process took when it was warm, and at its end.</summary>
internal readonly record struct ProcessGrowth(ProcessSize First, ProcessSize Last)
{
    public int Memory => Last.Memory - First.Memory;

    public int Handles => Last.Handles - First.Handles;

    public int Threads => Last.Threads - First.Threads;
}
