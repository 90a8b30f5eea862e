using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage;

/// <summary>
/// Asks before each attempt of a write whether the run that sends it may still write, and where it has a body, once more when the
/// connection for it is there. Its task asks, too, but once: a process that was paused in the middle of a request wakes up to a time-out,
/// and its client would send the request again.
/// </summary>
internal sealed class WriteGuardPolicy : HttpPipelinePolicy
{
    private static readonly AsyncLocal<Action?> Current = new();

    /// <summary>Throws when the writes of the calling method, and of what it calls from here on, must not be sent any more; null where they always may.</summary>
    public static Action? Guard
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Ask(message);
        ProcessNext(message, pipeline);
    }

    public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        Ask(message);
        return ProcessNextAsync(message, pipeline);
    }

    private static void Ask(HttpMessage message)
    {
        var request = message.Request;
        if (Guard is not { } guard || request.Method == RequestMethod.Get || request.Method == RequestMethod.Head)
        {
            return;
        }

        guard();
        if (request.Content is { } body and not GuardedContent)
        {
            request.Content = new GuardedContent(body, guard);
        }
    }
}
