using Cochin.Functions.Tests.Azurite;
using Cochin.Functions.Tests.Cli;
using Cochin.Functions.Tests.Proof.Input;
using static Cochin.Functions.Tests.Proof.Secrets.MarkedSecrets;

namespace Cochin.Functions.Tests.Proof.Secrets;

/// <summary>A secret in a setting that is not meant for it: the error message must not repeat it.</summary>
public sealed class MisplacedSecretsProofTests(AzuriteServer server) : CommandTest(server)
{
    [Fact]
    public async Task Secret_PutIntoAnyOtherSetting_IsNotRepeated()
    {
        // Those that take any text say it where it belongs: who a backup was registered by, which quote is asked for.
        string[] settings =
        [
            "Cochin__TimeZone", "Cochin__Storage__BackupContainer", "Cochin__Storage__SystemContainer", "Cochin__Storage__AuditContainer",
            "Cochin__Storage__TablePrefix",
            "Cochin__Jobs__cleanup_temp_files__Schedule", "Cochin__Jobs__cleanup_temp_files__Enabled",
            "Cochin__Jobs__cleanup_temp_files__CatchUpHours", "Cochin__Jobs__cleanup_temp_files__PingUrl",
            "Cochin__Jobs__cleanup_temp_files__Options__AgeHours", "Cochin__Jobs__rebuild_backup_paths__Options__AllowMassMissing",
            "Cochin__Discord__WebhookUrl", "Cochin__Discord__AllowAnyHost", "Cochin__Discord__TimeoutSeconds", "Cochin__Discord__Culture",
            "Cochin__Devis__CatchUpDays", "Cochin__Backups__GraceMinutes", "Cochin__Backups__Extensions", "Cochin__Backups__ExpectedHours",
            "Cochin__Backups__Expected__nightly",
            "Cochin__Watch__OverduePeriods", "Cochin__Watch__ReminderHours", "Cochin__Watch__DigestSchedule", "Cochin__History__Days",
            "Cochin__Runs__LimitMinutes", "Cochin__Telemetry__Console",
            "CochinStorage", "APPLICATIONINSIGHTS_CONNECTION_STRING", "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
            "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_ENDPOINT", "WEBSITE_TIME_ZONE", "FUNCTIONS_WORKER_RUNTIME",
        ];
        string[] secrets =
        [
            OtherKey,
            ConnectionString,
            $"https://discord.com/api/webhooks/1/{Token}",
            Token,
            $"https://hc-ping.example/{Check}",
            $"sv=2024&sig={OtherSignature}",
            $"InstrumentationKey={InstrumentationKey}",
            InstrumentationKey,
            ClientSecret,
        ];
        var leaks = new Leaks([OtherKey, AccountKeyOf(ConnectionString), Token, Check, OtherSignature, InstrumentationKey, ClientSecret]);

        foreach (var setting in settings)
        {
            foreach (var secret in ProofScale.IsWhole ? secrets : [secrets[setting.Length % secrets.Length], secrets[(setting.Length + 4) % secrets.Length]])
            {
                var result = await Typed.RunAsync(
                    [.. Settings.Where(one => one.Key != setting), new(setting, secret)],
                    setting is "WEBSITE_TIME_ZONE" or "FUNCTIONS_WORKER_RUNTIME" ? ["doctor"] : ["status", "--json"]);
                leaks.Search($"{setting}={secret}", result.Output + result.Errors);
            }
        }

        leaks.Found.ShouldBeEmpty();
        ProofReport.Write(
            "8.2",
            "Misplaced secrets",
            "If a secret is in the wrong setting, the error message about that setting doesn't repeat it.",
            ["settings", "secrets", "texts searched", "leaks"],
            [[settings.Length, secrets.Length, leaks.Places, leaks.Found.Count]]);
    }
}
