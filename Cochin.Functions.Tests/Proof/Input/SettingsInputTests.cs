using Cochin.Functions.Hosting;
using CsCheck;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Proof.Input;

/// <summary>Whatever is set: the settings are good, or all that is wrong with them is told, and nothing else happens.</summary>
public sealed class SettingsInputTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 24, 13, 0, 0, TimeSpan.Zero);

    private static readonly string[] Names =
    [
        "CochinStorage", "CochinStorage:blobServiceUri", "CochinStorage:tableServiceUri", "CochinStorage:credential",
        "CochinStorage:clientId", "CochinStorage:tenantId", "CochinStorage:clientSecret", "CochinStorage:accountName",
        "AzureWebJobsStorage", "AzureWebJobsStorage:accountName", "AzureWebJobs.cleanup_temp_files.Disabled", "WEBSITE_SITE_NAME",
        "WEBSITE_TIME_ZONE", "FUNCTIONS_WORKER_RUNTIME",
        "Cochin:Storage:BackupContainer", "Cochin:Storage:SystemContainer", "Cochin:Storage:AuditContainer", "Cochin:Storage:TablePrefix", "Cochin:TimeZone",
        "Cochin:Jobs:cleanup_temp_files:Schedule", "Cochin:Jobs:cleanup_temp_files:Enabled", "Cochin:Jobs:cleanup_temp_files:CatchUpHours",
        "Cochin:Jobs:cleanup_temp_files:PingUrl", "Cochin:Jobs:cleanup_temp_files:Options:AgeHours",
        "Cochin:Jobs:cleanup_stuck_operations:Options:Hours", "Cochin:Jobs:cleanup_stuck_operations:Options:Minutes",
        "Cochin:Jobs:rebuild_backup_paths:Options:UserId", "Cochin:Jobs:rebuild_backup_paths:Options:AllowMassMissing",
        "Cochin:Jobs:check_devis_notifications:Options:DevisId", "Cochin:Jobs:check_devis_notifications:Options:Force", "Cochin:Jobs:nobody:Schedule",
        "Cochin:Jobs:verify_backups:Options:MaxAgeDays", "Cochin:Jobs:prune_backups:Options:KeepLast", "Cochin:Retention:KeepDaily",
        "Cochin:Retention:KeepWithinDays", "Cochin:Retention:FromConfigurations", "Cochin:Backups:DjangoSecretKey",
        "Cochin:Django:Database", "Cochin:Django:Backups", "Cochin:Django:PathRoot", "Cochin:Jobs:sync_django:Options:PathRoot",
        "Cochin:Jobs:mine:Task", "Cochin:Jobs:mine:Schedule", "Cochin:Jobs:mine:Enabled", "Cochin:Jobs:mine:Options:Areas",
        "Cochin:Jobs:mine:Options:Hours", "Cochin:Jobs:Not-A-Name:Task", "Cochin:Temp:Areas",
        "Cochin:Discord:WebhookUrl", "Cochin:Discord:AllowAnyHost", "Cochin:Discord:TimeoutSeconds", "Cochin:Discord:MaxAttempts", "Cochin:Discord:Culture",
        "Cochin:Devis:CatchUpDays", "Cochin:Backups:GraceMinutes", "Cochin:Backups:Extensions", "Cochin:Backups:ExpectedHours",
        "Cochin:Backups:Expected:nightly",
        "Cochin:Watch:OverduePeriods", "Cochin:Watch:ReminderHours", "Cochin:Watch:DigestSchedule", "Cochin:History:Days", "Cochin:Runs:LimitMinutes",
        "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL",
    ];

    // What is nearly right gets further than what is nonsense.
    private static readonly string[] NearlyRight =
    [
        "UseDevelopmentStorage=true", "AccountName=a;AccountKey=b", "AccountName=a;AccountKey=c2VjcmV0;BlobEndpoint=nowhere",
        "DefaultEndpointsProtocol=ftp;AccountName=a;AccountKey=c2VjcmV0", "BlobEndpoint=http://127.0.0.1:1/a;SharedAccessSignature=",
        "https://a.blob.core.windows.net", "https://", "https://:0/", "http://[::1", "https://user:pass@host/", "managedidentity",
        "01234567-89ab-cdef-0123-456789abcdef", "workloadidentityfederation", "@Microsoft.KeyVault(SecretUri=x)",
        "Etc/UTC", "GMT0", "localtime", "posixrules", "zone.tab", "tzdata.zi", "Europe", "0 0 0 30 2 *", "0 0 0 29 2 *", "*/0 * * * * *",
        "0 0 0 * * 7", "0-59/7,3 * * * jan-dec mon", "60 * * * * *", "99999999999 * * * * *", "0 0 8 * *", "off",
        "fr-FR", "th-TH", "fa-IR", "xx-YY", "en-GB-x-long", "0", "1", "1.5", "-1", "87600", "1e9", "true", "TRUE", ".zip .tar.gz", ".",
        "...", "backups", "a--b", "abc", "https://discord.com/api/webhooks/1/token", "https://discord.com.evil.example/api/webhooks/1/x",
        "cleanup_temp_files", "cleanup_stuck_operations", "temp/ cache/", "temp,uploads", "storage/", "0 0 4 * * *",
        "InstrumentationKey=01234567-89ab-cdef-0123-456789abcdef", "InstrumentationKey=x", "Authorization=AAD;ClientId=", "grpc", "http/json",
    ];

    [Fact]
    public void Settings_OfAnyContent_AreReadOrRefusedInWords()
    {
        var (read, refused, told) = (0, 0, 0);
        var setting = Gen.Select(Hostile.OneOf(Names), Gen.Frequency((1, Hostile.OneOf(NearlyRight)), (1, Hostile.Text)));

        setting.Array[1, 8].Sample(
            settings =>
            {
                var values = settings.DistinctBy(pair => pair.Item1).Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2));
                var configuration = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
                try
                {
                    Use(CochinSettings.Read(configuration));
                    Interlocked.Increment(ref read);
                }
                catch (SettingsException e)
                {
                    Interlocked.Increment(ref refused);
                    Interlocked.Add(ref told, e.Problems.Count);
                    e.Problems.ShouldNotBeEmpty();
                    e.Problems.ShouldAllBe(problem => problem.Message.Length < 400 && problem.Hint.Length < 400);
                }
            },
            iter: ProofScale.Of(2_000, 30_000));

        read.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
        ProofReport.Write(
            "7.1",
            "Settings",
            $"{read + refused} sets of hostile settings: each was read, or refused with a list of all problems; there was no other exception.",
            ["sets", "read", "refused", "problems reported"],
            [[read + refused, read, refused, told]]);
    }

    [Theory]
    [InlineData("Cochin:TimeZone", "dGhpcy1pcy1hLW1hcmtlZC1hY2NvdW50LWtleS0xMjM0NTY3ODkwYWJjZGVmZ2hpag==")]
    [InlineData("Cochin:Discord:MaxAttempts", "https://discord.com/api/webhooks/1/m")]
    [InlineData("Cochin:Jobs:cleanup_temp_files:Schedule", "sv=2024&sig=m")]
    [InlineData("Cochin:Storage:BackupContainer", "AccountName=m;AccountKey=m")]
    public void Secret_InTheWrongSetting_IsNotRepeated(string setting, string secret)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(setting, (string?)secret)]).Build();

        var problems = Should.Throw<SettingsException>(() => CochinSettings.Read(configuration)).Problems;

        problems.ShouldHaveSingleItem().ToString().ShouldNotContain(secret);
    }

    // What was taken for good must be so.
    private static void Use(CochinSettings settings)
    {
        settings.Connection?.Connect(settings.Names);
        foreach (var job in settings.Jobs.Jobs)
        {
            job.Schedule.Latest(Now);
            job.Schedule.Next(Now).ShouldNotBeNull();
            job.Schedule.Period(Now);
            job.Ping?.For("/start", Guid.Empty);
        }

        settings.Watch.Digest?.Next(Now);
        settings.ToString().ShouldNotBeNull();
    }
}
