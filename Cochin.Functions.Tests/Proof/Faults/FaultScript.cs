using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>Which requests a fault strikes.</summary>
internal sealed class FaultScript(Fault fault, FaultExtent extent, int number)
{
    private readonly Lock gate = new();
    private readonly List<Call> struck = [];
    private string? request;

    public Fault Fault { get; } = fault;

    public FaultExtent Extent { get; } = extent;

    public int Number { get; } = number;

    /// <summary>The requests that met the fault, in order; a script that none met proves nothing.</summary>
    public IReadOnlyList<Call> Struck
    {
        get
        {
            lock (gate)
            {
                return [.. struck];
            }
        }
    }

    public bool Strikes(Call call)
    {
        lock (gate)
        {
            var strikes = call.Number == Number || (call.Number > Number && Extent switch
            {
                FaultExtent.ForGood => true,
                FaultExtent.OneCall => request == Identity(call),
                _ => false,
            });
            if (strikes)
            {
                request ??= Identity(call);
                struck.Add(call);
            }

            return strikes;
        }
    }

    // The client keeps this id when it tries again. Discord's messages have none, and are the same each time.
    private static string Identity(Call call) => call.Request.Header("x-ms-client-request-id") ?? WireMessage.Encoding.GetString(call.Request.Body);
}
