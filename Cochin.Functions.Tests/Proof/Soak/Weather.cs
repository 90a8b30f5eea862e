using Cochin.Functions.Local.Azurite;
using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>The way between the program and its storage, on which now and then something goes wrong.</summary>
internal sealed class Weather : IAsyncDisposable
{
    private readonly Random chance;
    private readonly TamperingProxy proxy;
    private volatile bool isFine;
    private int requests;
    private int faults;

    public Weather(AzuriteEndpoint azurite, Uri discord, Random chance)
    {
        this.chance = chance;
        proxy = new TamperingProxy(azurite, discord, MeetAsync, keepsCalls: false);
    }

    public AzuriteEndpoint Storage => proxy.Storage;

    public Uri Webhook => proxy.Webhook;

    /// <summary>No more faults.</summary>
    public bool IsFine
    {
        set => isFine = value;
    }

    public int Requests => Volatile.Read(ref requests);

    public int Faults => Volatile.Read(ref faults);

    public ValueTask DisposeAsync() => proxy.DisposeAsync();

    private async Task MeetAsync(Exchange exchange)
    {
        Interlocked.Increment(ref requests);
        var (drawn, length) = Draw();
        if (isFine || drawn >= 0.1)
        {
            await exchange.PassOnAsync();
            return;
        }

        Interlocked.Increment(ref faults);
        switch (drawn)
        {
            case < 0.025:
                await exchange.ReplyAsync(Refusal(exchange.Call, 503, "ServerBusy"));
                break;
            case < 0.04:
                await exchange.ReplyAsync(Refusal(exchange.Call, 500, "InternalError"));
                break;
            case < 0.052:
                exchange.Reset();
                break;
            case < 0.064:
                // Done, and nobody hears of it. Not for a message: that one comes twice then, as decided.
                if (exchange.Call.Service != "discord")
                {
                    await exchange.ForwardAsync();
                }

                exchange.Reset();
                break;
            case < 0.065:
                await exchange.HangAsync();
                break;
            default:
                await Task.Delay(length, TestContext.Current.CancellationToken);
                await exchange.PassOnAsync();
                break;
        }
    }

    private (double Drawn, int Length) Draw()
    {
        lock (chance)
        {
            return (chance.NextDouble(), chance.Next(300));
        }
    }

    private static WireMessage Refusal(Call call, int status, string code) => call.Service switch
    {
        "table" => WireMessage.Answer(status, "application/json", $$"""{"odata.error":{"code":"{{code}}"} }"""),
        "blob" => WireMessage.Answer(
            status,
            "application/xml",
            $"""<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>The test's weather.</Message></Error>""",
            ("x-ms-error-code", code)),
        _ => WireMessage.Answer(status, "application/json", "{}"),
    };
}
