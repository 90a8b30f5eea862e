using Azure;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Tasks.RebuildBackupPaths;

/// <summary>Runs an action of the test right before a request is sent.</summary>
internal sealed class RequestHook(Func<Request, Task> beforeSending) : HttpPipelinePolicy
{
    public static RequestHook Once(Func<Request, bool> matches, Func<Task> action)
    {
        var done = 0;
        return new RequestHook(request => matches(request) && Interlocked.Exchange(ref done, 1) == 0 ? action() : Task.CompletedTask);
    }

    public static RequestHook Fail(Func<Request, bool> matches, int status, string errorCode) =>
        new(request => matches(request) ? throw new RequestFailedException(status, "Refused by the test.", errorCode, null) : Task.CompletedTask);

    public static bool IsListing(Request request) => request.Uri.ToString().Contains("comp=list", StringComparison.Ordinal);

    public static bool IsQuery(Request request) => request.Method == RequestMethod.Get && request.Uri.Path.EndsWith("Operations()", StringComparison.Ordinal);

    public static bool IsHead(Request request) => request.Method == RequestMethod.Head;

    public static bool IsRowRead(Request request) => request.Method == RequestMethod.Get && request.Uri.Path.Contains("Operations(", StringComparison.Ordinal);

    public static bool IsInsert(Request request) => request.Method == RequestMethod.Post && request.Uri.Path.EndsWith("Operations", StringComparison.Ordinal);

    public static bool IsUpdate(Request request) => request.Method == RequestMethod.Patch;

    public static bool IsDownload(Request request) =>
        request.Method == RequestMethod.Get && request.Uri.Path.Contains("/storage/", StringComparison.Ordinal);

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        await beforeSending(message.Request);
        await ProcessNextAsync(message, pipeline);
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) =>
        throw new NotSupportedException("The program only sends asynchronously.");
}
