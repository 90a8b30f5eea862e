using System.Diagnostics;
using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Tests.Proof.Races;

/// <summary>Sees the requests of a run, and lets the other side of the race act right before the one that chance has drawn.</summary>
internal sealed class RacedRequests : HttpPipelinePolicy
{
    private readonly Lock gate = new();
    private readonly List<RacedRequest> sent = [];
    private int moment;
    private Func<Task> act = () => Task.CompletedTask;

    /// <summary>Called when a request has been answered.</summary>
    public Func<RacedRequest, Task> Answered { get; set; } = _ => Task.CompletedTask;

    /// <summary>What was sent since the last <see cref="Arm"/>.</summary>
    public IReadOnlyList<RacedRequest> Sent
    {
        get
        {
            lock (gate)
            {
                return [.. sent];
            }
        }
    }

    /// <summary>Whether the moment came.</summary>
    public bool Met { get; private set; }

    /// <param name="at">The number of the request, from 1 on, before which the other side acts; 0 for none.</param>
    public void Arm(int at, Func<Task> other)
    {
        lock (gate)
        {
            sent.Clear();
            moment = at;
            act = other;
            Met = false;
        }
    }

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        var (request, isMoment) = Note(message.Request);
        if (isMoment)
        {
            await act();
        }

        await ProcessNextAsync(message, pipeline);
        await Answered(request);
    }

    private (RacedRequest Request, bool IsMoment) Note(Request request)
    {
        lock (gate)
        {
            var noted = new RacedRequest(request.Method.Method, Uri.UnescapeDataString(request.Uri.ToString()), Stopwatch.GetTimestamp());
            sent.Add(noted);
            var isMoment = sent.Count == moment;
            Met |= isMoment;
            return (noted, isMoment);
        }
    }
}
