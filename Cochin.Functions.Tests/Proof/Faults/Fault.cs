using Cochin.Functions.Tests.Proof.Proxy;

namespace Cochin.Functions.Tests.Proof.Faults;

/// <summary>Something that goes wrong with a call.</summary>
/// <param name="Name">What reports call it.</param>
/// <param name="StrikeAsync">Does it to a request.</param>
/// <param name="MeansSomething">Whether the program may take it at its word for one item, and be done without it: another one was faster.</param>
internal sealed record Fault(string Name, Func<Exchange, Task> StrikeAsync, bool MeansSomething = false)
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("500", exchange => exchange.ReplyAsync(Refusal(exchange.Call, 500, "InternalError", "InternalError"))),
        new("503", exchange => exchange.ReplyAsync(Refusal(exchange.Call, 503, "ServerBusy", "ServerBusy"))),
        new(
            "429 with Retry-After",
            exchange => exchange.ReplyAsync(Refusal(exchange.Call, 429, "TooManyRequests", "TooManyRequests").With("Retry-After", "1"))),
        new("412", exchange => exchange.ReplyAsync(Refusal(exchange.Call, 412, "ConditionNotMet", "UpdateConditionNotSatisfied")), MeansSomething: true),
        new("409", exchange => exchange.ReplyAsync(Conflict(exchange.Call)), MeansSomething: true),
        new("connection reset before", ResetAsync),
        new("connection reset after", async exchange =>
        {
            await exchange.ForwardAsync();
            exchange.Reset();
        }),
        new("hang", async exchange =>
        {
            await exchange.ForwardAsync();
            await exchange.HangAsync();
        }),
        new("answer cut off", async exchange => await exchange.ReplyHalfAsync(await exchange.ForwardAsync())),
        new("HTML with 200", exchange => exchange.ReplyAsync(WireMessage.Answer(200, "text/html", "<html><body>Please sign in to the network.</body></html>"))),
        new("no Date", async exchange => await exchange.ReplyAsync((await exchange.ForwardAsync()).Without("Date"))),
    ];

    private static Task ResetAsync(Exchange exchange)
    {
        exchange.Reset();
        return Task.CompletedTask;
    }

    private static WireMessage Conflict(Call call) => call switch
    {
        { Service: "blob", Target: var target } when target.Contains("comp=lease", StringComparison.Ordinal) => Refusal(call, 409, "LeaseAlreadyPresent", ""),
        { Service: "blob", Method: "PUT", Target: var target } when !target.Contains("comp=", StringComparison.Ordinal) =>
            Refusal(call, 409, "BlobAlreadyExists", ""),
        { Service: "table", Method: "POST" } => Refusal(call, 409, "", "EntityAlreadyExists"),
        _ => Refusal(call, 409, "ContainerBeingDeleted", "TableBeingDeleted"),
    };

    private static WireMessage Refusal(Call call, int status, string blobCode, string tableCode) => call.Service switch
    {
        "blob" => WireMessage.Answer(
            status,
            "application/xml",
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{blobCode}</Code><Message>Scripted.</Message></Error>",
            ("x-ms-error-code", blobCode)),
        "table" => WireMessage.Answer(
            status,
            "application/json",
            $"{{\"odata.error\":{{\"code\":\"{tableCode}\",\"message\":{{\"lang\":\"en-US\",\"value\":\"Scripted.\"}}}}}}",
            ("x-ms-error-code", tableCode)),
        _ => WireMessage.Answer(status, "application/json", "{\"message\": \"Scripted.\"}"),
    };
}
