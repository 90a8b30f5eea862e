using Azure.Core;
using Azure.Core.Pipeline;

namespace Cochin.Functions.Storage.Batch;

/// <summary>
/// Disables the retries of the pipeline for a batch. Between two attempts, the lock may be lost or an operation may start, so the caller
/// checks before each attempt.
/// </summary>
/// <remarks>A policy of the request, so that it runs after the client's policies, which set their own classifier.</remarks>
internal sealed class NoRetryPolicy : HttpPipelineSynchronousPolicy
{
    private static readonly ResponseClassifier Default = new();

    /// <summary>Whether the failure is transient: a lost connection or a timeout.</summary>
    public static bool IsTransient(Exception exception) => exception is TimeoutException || Default.IsRetriableException(exception);

    public override void OnSendingRequest(HttpMessage message) => message.ResponseClassifier = new NoRetries();

    private sealed class NoRetries : ResponseClassifier
    {
        public override bool IsRetriableResponse(HttpMessage message) => false;

        public override bool IsRetriableException(Exception exception) => false;

        public override bool IsRetriable(HttpMessage message, Exception exception) => false;
    }
}
