using Azure;
using Azure.Data.Tables.Models;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Storage;

/// <summary>A storage error, explained for the operator.</summary>
/// <param name="Message">What happened; never contains a URL with a key.</param>
/// <param name="Hint">What to do next.</param>
internal sealed record StorageProblem(string Message, string Hint)
{
    private const string TimedOut = "it did not answer in time";

    public StorageProblemKind Kind { get; init; }

    /// <summary>The storage did not answer in time.</summary>
    public static StorageProblem NoResponse { get; } = Unreachable(TimedOut);

    /// <summary>Explains an exception of the storage clients; null if it is another exception.</summary>
    public static StorageProblem? Explain(Exception exception) => exception switch
    {
        // After the last retry, the client throws all exceptions; the last one is the most useful. A timeout occurs only in this form: a
        // cancellation on its own is ours.
        AggregateException { InnerExceptions: [.., OperationCanceledException last] } => Unreachable(TimedOut, InterceptedResponsePolicy.ProxyOf(last)),
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        RequestFailedException { Status: 0 } e => Unreachable((e.InnerException ?? e).Message, InterceptedResponsePolicy.ProxyOf(e)),
        RequestFailedException e when e.ErrorCode == BlobErrorCode.AuthenticationFailed || e.ErrorCode == "InvalidAuthenticationInfo" => new(
            "The storage rejected the account key or the token (AuthenticationFailed).",
            "Check the account key in CochinStorage or the identity, then run `./cochin doctor`.") { Kind = StorageProblemKind.Denied },
        RequestFailedException { Status: 403 } e => AccessDenied(e.ErrorCode, AccessDeniedPolicy.Find(e)) with { Kind = StorageProblemKind.Denied },
        RequestFailedException e when e.ErrorCode == BlobErrorCode.ContainerNotFound => new(
            "The container does not exist (ContainerNotFound).",
            "Check Cochin__Storage__BackupContainer and Cochin__Storage__SystemContainer, then run `./cochin doctor`."),
        RequestFailedException e when e.ErrorCode == TableErrorCode.TableNotFound => new(
            "The table does not exist (TableNotFound).",
            "Check Cochin__Storage__TablePrefix, then run `./cochin doctor`."),
        RequestFailedException e => new(
            $"The storage answered {e.Status}{(e.ErrorCode is null ? "" : $" ({e.ErrorCode})")}.",
            "Try again. If the error persists, run `./cochin doctor`."),
        AuthenticationFailedException e => new(
            $"Could not sign in to the storage: {FirstLine(e.Message)}",
            "Check CochinStorage__credential and CochinStorage__clientId, or sign in with `az login`.") { Kind = StorageProblemKind.Denied },
        InterceptedResponseException e => new(
            $"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..]}.",
            "Check the address in CochinStorage and whether a proxy or a network's sign-in page intercepts requests, then try again."),
        LostTableException e => new(e.Table.Finding, e.Table.Hint),
        InvalidDataException e => new(
            $"The response of the storage is invalid: {FirstLine(e.Message).TrimEnd('.')}.",
            "Try again. If the error persists, run `./cochin doctor`."),
        HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException } =>
            Unreachable(exception.Message, InterceptedResponsePolicy.ProxyOf(exception)),
        TimeoutException e => Unreachable(e.Message),
        _ => null,
    };

    // https://learn.microsoft.com/troubleshoot/azure/azure-storage/blobs/authentication/storage-troubleshoot-403-errors
    private static StorageProblem AccessDenied(string? code, DeniedResource? resource) => (code, resource) switch
    {
        ("KeyBasedAuthenticationNotPermitted", _) => new(
            "The storage account does not accept account keys (KeyBasedAuthenticationNotPermitted).",
            "Remove the connection string. Set CochinStorage__blobServiceUri, CochinStorage__tableServiceUri "
            + "and, in Azure, CochinStorage__credential=managedidentity."),
        ("AuthorizationPermissionMismatch", { }) => new(
            $"The storage denied access: the identity needs the role '{resource.Role}' on {resource.Scope} (AuthorizationPermissionMismatch).",
            $"Assign it, with the identity's client id: {resource.Grant} "
            + $"('{resource.ReaderRole}' is enough for read-only commands. The assignment can take ten minutes.)"),
        (null or "AuthorizationFailure", { }) => new(
            $"The storage denied access (403{(code is null ? "" : $", {code}")}): the key is wrong, a firewall blocks the request, "
            + $"or the identity lacks the role '{resource.Role}' on {resource.Scope}.",
            $"Check the account key in CochinStorage and the network rules of '{resource.Account}', or assign the role: {resource.Grant}"),
        _ => new(
            $"The storage denied access ({code ?? "403"}): the key is wrong, a firewall blocks the request, or the identity lacks a role.",
            "Check the account key in CochinStorage and the account's network rules; an identity needs "
            + "'Storage Blob Data Contributor' and 'Storage Table Data Contributor' on the account. Then run `./cochin doctor`."),
    };

    private static StorageProblem Unreachable(string why, string proxy = "") => new(
        $"The storage can't be reached{proxy}: {FirstLine(why).TrimEnd('.')}.",
        proxy.Length == 0
            ? "Check CochinStorage (or AzureWebJobsStorage) and the network. If you use the emulator, check that it is running."
            : "Check the proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or list the storage's host in NO_PROXY; then check CochinStorage.")
        {
            Kind = StorageProblemKind.Unreachable,
        };

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}

internal enum StorageProblemKind
{
    /// <summary>The storage answered with an error.</summary>
    Error,

    /// <summary>Nothing answered.</summary>
    Unreachable,

    /// <summary>The storage denied the sign-in or the request.</summary>
    Denied,
}
