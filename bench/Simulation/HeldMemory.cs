namespace Cochin.Bench.Simulation;

/// <summary>Looks from time to time at what is held on the managed heap once all garbage is gone, and keeps the most.</summary>
internal sealed class HeldMemory(int every)
{
    private readonly Lock looking = new();
    private int pages;

    public long Most { get; private set; }

    public void Look()
    {
        if (every == 0 || Interlocked.Increment(ref pages) % every != 0)
        {
            return;
        }

        lock (looking)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true);
            Most = Math.Max(Most, GC.GetTotalMemory(forceFullCollection: false));
        }
    }
}
