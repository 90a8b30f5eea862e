using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage.Batch;

/// <summary>
/// Keeps the pipeline from sending a batch again by itself: between two attempts the lock may be lost or an operation begin, so each
/// attempt is asked for anew.
/// </summary>
/// <remarks>A policy of the request, as those of the client say on the way what may be sent again, and this one has the last word.</remarks>
internal sealed class NoRetryPolicy : HttpPipelineSynchronousPolicy
{
    private static readonly ResponseClassifier Usual = new();

    /// <summary>Whether an attempt failed for a reason that may pass: a lost connection, or no answer in time.</summary>
    public static bool IsTransient(Exception exception) => exception is TimeoutException || Usual.IsRetriableException(exception);

    public override void OnSendingRequest(HttpMessage message) => message.ResponseClassifier = new Never();

    private sealed class Never : ResponseClassifier
    {
        public override bool IsRetriableResponse(HttpMessage message) => false;

        public override bool IsRetriableException(Exception exception) => false;

        public override bool IsRetriable(HttpMessage message, Exception exception) => false;
    }
}
