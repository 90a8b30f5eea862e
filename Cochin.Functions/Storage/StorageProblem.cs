using Azure;
using Azure.Data.Tables.Models;
using Azure.Identity;
using Azure.Storage.Blobs.Models;

namespace Cochin.Functions.Storage;

/// <summary>Trouble with the storage in words for the person who has to mend it.</summary>
/// <param name="Message">What happened, without addresses that carry keys.</param>
/// <param name="Hint">What to do or type next.</param>
internal sealed record StorageProblem(string Message, string Hint)
{
    private const string TooLate = "it did not answer in time";

    /// <summary>A limit in time was reached: a client's own, or one that was set for a request.</summary>
    public static StorageProblem NoAnswer { get; } = Unreachable(TooLate);

    /// <summary>What an exception of the storage clients means, or null where it isn't one of theirs.</summary>
    public static StorageProblem? Explain(Exception exception) => exception switch
    {
        // After the last retry the client throws all that it met; the last says it best. A time-out comes only so: a cancellation
        // that is thrown by itself is ours.
        AggregateException { InnerExceptions: [.., OperationCanceledException last] } => Unreachable(TooLate, InterceptedResponsePolicy.ProxyOf(last)),
        AggregateException { InnerExceptions: [.., var last] } => Explain(last),
        RequestFailedException { Status: 0 } e => Unreachable((e.InnerException ?? e).Message, InterceptedResponsePolicy.ProxyOf(e)),
        RequestFailedException e when e.ErrorCode == BlobErrorCode.AuthenticationFailed || e.ErrorCode == "InvalidAuthenticationInfo" => new(
            "The storage refuses our key or sign-in (AuthenticationFailed).",
            "Check the account key in CochinStorage, or the identity, then run `./cochin doctor`."),
        RequestFailedException { Status: 403 } e => Refused(e.ErrorCode, AccessDeniedPolicy.Find(e)),
        RequestFailedException e when e.ErrorCode == BlobErrorCode.ContainerNotFound => new(
            "The storage has no such container (ContainerNotFound).",
            "Check Cochin__Storage__BackupContainer and Cochin__Storage__SystemContainer, then run `./cochin doctor`."),
        RequestFailedException e when e.ErrorCode == TableErrorCode.TableNotFound => new(
            "The storage has no such table (TableNotFound).",
            "Check Cochin__Storage__TablePrefix, then run `./cochin doctor`."),
        RequestFailedException e => new(
            $"The storage answered {e.Status}{(e.ErrorCode is null ? "" : $" ({e.ErrorCode})")}.",
            "Try again; if it stays, run `./cochin doctor`."),
        AuthenticationFailedException e => new(
            $"No sign-in to the storage: {FirstLine(e.Message)}",
            "Check CochinStorage__credential and CochinStorage__clientId, or sign in with `az login`."),
        InterceptedResponseException e => new(
            $"{char.ToUpperInvariant(e.Message[0])}{e.Message[1..]}.",
            "Check the address in CochinStorage, and whether a proxy or a network's sign-in is in between; then try again."),
        InvalidDataException e => new(
            $"The storage's answer can't be used: {FirstLine(e.Message).TrimEnd('.')}.",
            "Try again; if it stays, run `./cochin doctor`."),
        HttpRequestException or HttpIOException or IOException { InnerException: System.Net.Sockets.SocketException } =>
            Unreachable(exception.Message, InterceptedResponsePolicy.ProxyOf(exception)),
        TimeoutException e => Unreachable(e.Message),
        _ => null,
    };

    // https://learn.microsoft.com/troubleshoot/azure/azure-storage/blobs/authentication/storage-troubleshoot-403-errors
    private static StorageProblem Refused(string? code, DeniedResource? refused) => (code, refused) switch
    {
        ("KeyBasedAuthenticationNotPermitted", _) => new(
            "The storage account takes no keys (KeyBasedAuthenticationNotPermitted).",
            "Remove the connection string; set CochinStorage__blobServiceUri and CochinStorage__tableServiceUri, and CochinStorage__credential=managedidentity in Azure."),
        ("AuthorizationPermissionMismatch", { }) => new(
            $"The storage refuses us: the identity needs the role '{refused.Role}' on {refused.Scope} (AuthorizationPermissionMismatch).",
            $"Give it, with the identity's client id: {refused.Grant} ('{refused.ReaderRole}' is enough to look on; it takes up to ten minutes to count.)"),
        (null or "AuthorizationFailure", { }) => new(
            $"The storage refuses us (403{(code is null ? "" : $", {code}")}): the key is wrong, a firewall is in the way, or the identity lacks the role '{refused.Role}' on {refused.Scope}.",
            $"Check the account key in CochinStorage and the network rules of '{refused.Account}', or give the role: {refused.Grant}"),
        _ => new(
            $"The storage refuses us ({code ?? "403"}): the key is wrong, a firewall is in the way, or the identity lacks a role.",
            "Check the account key in CochinStorage and the account's network rules; an identity needs 'Storage Blob Data Contributor' and 'Storage Table Data Contributor' on the account. Then run `./cochin doctor`."),
    };

    private static StorageProblem Unreachable(string why, string through = "") => new(
        $"The storage can't be reached{through}: {FirstLine(why).TrimEnd('.')}.",
        through.Length == 0
            ? "Check CochinStorage (or AzureWebJobsStorage), the network, and whether the emulator runs if that is meant."
            : "Check the proxy in HTTP_PROXY, HTTPS_PROXY or ALL_PROXY, or list the storage's host in NO_PROXY; then check CochinStorage.");

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}
