using Azure;
using Cochin.Functions.Storage;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Fakes;

namespace Cochin.Functions.Tests.Storage;

public sealed class StorageProblemTests
{
    private const string RoleMissing = "AuthorizationPermissionMismatch";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Explain_RoleMissingForBlobs_NamesRoleScopeAndCommand()
    {
        await using var refusing = new RefusingStorage(RoleMissing);
        var storage = new StorageConnection(refusing.ConnectionString).Connect(new StorageNames());

        var listing = await ExplainAsync(() => storage.Backups.GetBlobsAsync(cancellationToken: Cancellation).FirstOrDefaultAsync(Cancellation).AsTask());
        var look = await ExplainAsync(() => storage.System.ExistsAsync(Cancellation));
        var write = await ExplainAsync(() => storage.System.GetBlobClient("locks/x").UploadAsync(BinaryData.FromString(""), Cancellation));

        listing.Message.ShouldBe(
            "The storage denied access: the identity needs the role 'Storage Blob Data Contributor' "
            + "on the container 'backups' of the storage account 'blobaccount' (AuthorizationPermissionMismatch).");
        listing.Hint.ShouldContain("az role assignment create --role \"Storage Blob Data Contributor\"");
        new[] { look, write }.ShouldAllBe(
            problem => problem.Message.Contains("'Storage Blob Data Contributor' on the container 'cochin'", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_RoleMissingForTables_NamesRoleScopeAndCommand()
    {
        await using var refusing = new RefusingStorage(RoleMissing);
        var storage = new StorageConnection(refusing.ConnectionString).Connect(new StorageNames());

        var query = await ExplainAsync(() => storage.Operations.ReadAsync("", cancellationToken: Cancellation).FirstOrDefaultAsync(Cancellation).AsTask());
        var write = await ExplainAsync(() => storage.Runs.UpsertEntityAsync(new Azure.Data.Tables.TableEntity("a", "b"), cancellationToken: Cancellation));
        var make = await ExplainAsync(() => storage.Runs.CreateIfNotExistsAsync(Cancellation));

        query.Message.ShouldContain("'Storage Table Data Contributor' on the table 'CochinOperations' of the storage account 'tableaccount'");
        write.Message.ShouldContain("'Storage Table Data Contributor' on the table 'CochinRuns'");
        make.Message.ShouldContain("'Storage Table Data Contributor' on the storage account 'tableaccount'");
        query.Hint.ShouldContain("/tableServices/default/tables/CochinOperations");
    }

    [Fact]
    public async Task Explain_DeniedWithoutAReason_NamesPossibleReasonsAndTheRole()
    {
        await using var refusing = new RefusingStorage("AuthorizationFailure");
        var storage = new StorageConnection(refusing.ConnectionString).Connect(new StorageNames());

        var problem = await ExplainAsync(() => storage.Backups.GetPropertiesAsync(cancellationToken: Cancellation));

        problem.Message.ShouldContain("firewall");
        problem.Message.ShouldContain("'Storage Blob Data Contributor' on the container 'backups'");
    }

    [Fact]
    public async Task Explain_KeysNotPermitted_SuggestsAnIdentity()
    {
        await using var refusing = new RefusingStorage("KeyBasedAuthenticationNotPermitted");
        var storage = new StorageConnection(refusing.ConnectionString).Connect(new StorageNames());

        (await ExplainAsync(() => storage.Backups.GetPropertiesAsync(cancellationToken: Cancellation)))
            .Hint.ShouldContain("CochinStorage__credential=managedidentity");
    }

    [Fact]
    public async Task Explain_WebPage_IsReported()
    {
        await using var portal = new HttpStub((_, response) =>
        {
            response.ContentType = "text/html";
            return "<html>Please sign in.</html>";
        });
        var storage = Connect(portal.Url);

        var listing = await Should.ThrowAsync<AggregateException>(
            () => storage.Backups.GetBlobsAsync(cancellationToken: Cancellation).FirstOrDefaultAsync(Cancellation).AsTask());
        var look = await Should.ThrowAsync<AggregateException>(() => storage.Backups.GetBlobClient("storage/a.zip").ExistsAsync(Cancellation));

        StorageProblem.Explain(listing).ShouldNotBeNull().Message.ShouldContain("A web page");
        StorageProblem.Explain(look).ShouldNotBeNull().Hint.ShouldContain("sign-in");
    }

    [Theory]
    [InlineData(200, "text/plain")]
    [InlineData(202, null)]
    [InlineData(403, "text/html")]
    [InlineData(404, "text/html")]
    [InlineData(404, "text/plain")]
    [InlineData(404, "application/json")]
    [InlineData(407, null)]
    [InlineData(409, "text/html")]
    [InlineData(412, null)]
    [InlineData(502, "text/html")]
    public async Task Response_NotFromTheStorage_IsNeverTakenForOne(int status, string? type)
    {
        await using var proxy = new HttpStub((_, response) =>
        {
            response.StatusCode = status;
            response.ContentType = type;
            return type == "application/json" ? """{"odata.error":{"code":"ResourceNotFound"}}""" : "<html>Blocked.</html>";
        });
        var storage = Connect(proxy.Url);
        var blob = storage.Backups.GetBlobClient("storage/a.zip");

        // Otherwise, these would be read as a missing item, another process's success, or a successful write.
        Func<Task>[] requests =
        [
            () => blob.ExistsAsync(Cancellation),
            () => blob.DeleteIfExistsAsync(cancellationToken: Cancellation),
            () => storage.System.CreateIfNotExistsAsync(cancellationToken: Cancellation),
            () => storage.Operations.FindAsync("backup", "1", Cancellation),
            () => storage.Jobs.UpdateEntityAsync(new Azure.Data.Tables.TableEntity("job", "x"), new ETag("\"1\""), cancellationToken: Cancellation),
            () => storage.Jobs.AddEntityAsync(new Azure.Data.Tables.TableEntity("job", "x"), Cancellation),
            () => storage.BackupListing.BlobsAsync(new ListingQuery("storage/"), Cancellation).ToListAsync(Cancellation).AsTask(),
        ];
        foreach (var request in requests)
        {
            var thrown = await Should.ThrowAsync<AggregateException>(request);
            StorageProblem.Explain(thrown).ShouldNotBeNull().Message.ShouldContain($"answered instead of the storage ({status})");
        }
    }

    [Fact]
    public void Explain_Timeout_IsReported() =>
        StorageProblem.Explain(new AggregateException(new TaskCanceledException()))
            .ShouldNotBeNull().Message.ShouldBe("The storage can't be reached: it did not answer in time.");

    [Fact]
    public void Explain_TruncatedResponse_IsUnreachable() =>
        StorageProblem.Explain(new AggregateException(new HttpIOException(HttpRequestError.ResponseEnded)))
            .ShouldNotBeNull().Message.ShouldContain("can't be reached");

    [Fact]
    public void Explain_OwnCancellation_IsNull() =>
        StorageProblem.Explain(new OperationCanceledException()).ShouldBeNull();

    [Fact]
    public void Explain_DeniedByAnUnknownResource_NamesBothRoles()
    {
        var problem = StorageProblem.Explain(new RequestFailedException(403, "", RoleMissing, null)).ShouldNotBeNull();

        problem.Hint.ShouldContain("Storage Blob Data Contributor");
        problem.Hint.ShouldContain("Storage Table Data Contributor");
    }

    [Fact]
    public async Task Doctor_RolesMissing_NamesBothWithTheirScopes()
    {
        await using var refusing = new RefusingStorage(RoleMissing);

        var doctor = await CochinCommand.RunAsync([new("CochinStorage", refusing.ConnectionString)], "doctor", "--json");

        doctor.ExitCode.ShouldBe(1);
        doctor.Output.ShouldContain("'Storage Blob Data Contributor' on the container 'cochin'");
        doctor.Output.ShouldContain("'Storage Table Data Contributor' on the table 'CochinOperations'");
    }

    [Fact]
    public async Task Run_RoleMissing_FailsWithRoleAndScope()
    {
        await using var refusing = new RefusingStorage(RoleMissing);

        var run = await CochinCommand.RunAsync([new("CochinStorage", refusing.ConnectionString)], "run", "cleanup_temp_files", "--dry-run");

        run.ExitCode.ShouldBe(1);
        (run.Output + run.Errors).ShouldContain("'Storage Table Data Contributor' on the table 'Cochin");
    }

    private static CochinStorage Connect(string url)
    {
        var connection = new StorageConnection(
            "DefaultEndpointsProtocol=http;AccountName=account;AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQ=;"
            + $"BlobEndpoint={url}/account;TableEndpoint={url}/account;")
        {
            ConfigureRetries = static retry => (retry.MaxRetries, retry.Delay) = (1, TimeSpan.FromMilliseconds(1)),
        };
        return connection.Connect(new StorageNames());
    }

    private static async Task<StorageProblem> ExplainAsync<T>(Func<Task<T>> request) =>
        StorageProblem.Explain(await Should.ThrowAsync<RequestFailedException>(request)).ShouldNotBeNull();
}
