namespace Cochin.Functions.Storage;

/// <summary>The leave for one request to be under way; it learns what came of the request.</summary>
internal sealed class ConcurrencySlot(AdaptiveConcurrency concurrency, int round) : IDisposable
{
    private bool? succeeded;
    private bool isLeft;

    public void Succeeded() => succeeded ??= true;

    public void Overloaded() => succeeded = false;

    public void Dispose()
    {
        if (!isLeft)
        {
            isLeft = true;
            concurrency.Leave(round, succeeded);
        }
    }
}
