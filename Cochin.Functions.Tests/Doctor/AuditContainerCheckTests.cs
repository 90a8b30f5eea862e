using Cochin.Functions.Doctor;
using Cochin.Functions.Storage;
using Cochin.Functions.Tasks.Operations;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Doctor;

/// <summary>A separate container for the audit log is checked like the others, without leaving a blob in it: it may be immutable.</summary>
public sealed class AuditContainerCheckTests(AzuriteServer server) : StorageTest(server)
{
    private const string Name = "may write to the audit container";

    private StorageNames Separate => Names with { AuditContainer = Names.SystemContainer + "-audit" };

    [Fact]
    public async Task AuditContainer_ThatMayBeWritten_IsOkAndStaysEmpty()
    {
        var storage = NewStorage(Separate);
        await storage.Audit.CreateAsync(cancellationToken: Cancellation);

        var permission = (await new PermissionChecks(storage).RunAsync(Cancellation)).Single(check => check.Name == Name);
        var existence = await ExistenceAsync(storage);

        (permission.Result, permission.Found).ShouldBe((CheckResult.Ok, "writing is allowed"));
        existence.Found.ShouldEndWith("exists");
        (await storage.Audit.GetBlobsAsync(cancellationToken: Cancellation).AnyAsync(Cancellation)).ShouldBeFalse();
        await storage.Audit.DeleteAsync(cancellationToken: Cancellation);
    }

    [Fact]
    public async Task AuditContainer_ThatMayNotBeWritten_IsWrong()
    {
        var refusal = new FaultPolicy(request => request.Uri.Path.Contains("-audit/", StringComparison.Ordinal), 403, "AuthorizationPermissionMismatch");
        var storage = NewStorage(Separate, refusal);

        var check = (await new PermissionChecks(storage).RunAsync(Cancellation)).Single(check => check.Name == Name);

        refusal.Met.ShouldBeTrue();
        check.Result.ShouldBe(CheckResult.Wrong);
        check.NextStep.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task AuditContainer_Missing_IsCreatedByTheFirstRun()
    {
        var storage = NewStorage(Separate);

        (await new PermissionChecks(storage).RunAsync(Cancellation)).Single(check => check.Name == Name).Found.ShouldContain("does not exist yet");
        (await ExistenceAsync(storage)).Found.ShouldContain("the first run creates it");
    }

    [Fact]
    public async Task AuditLog_InTheSystemContainer_NeedsNoCheckOfItsOwn() =>
        (await new PermissionChecks(Storage).RunAsync(Cancellation)).ShouldNotContain(check => check.Name == Name);

    private static async Task<Check> ExistenceAsync(CochinStorage storage)
    {
        var checks = new StorageChecks(storage, new WorkPathReader(TempAreas.Default, storage.Names.BackupContainer), TimeProvider.System);
        return (await checks.RunAsync(Cancellation)).Single(check => check.Name == "audit container");
    }
}
