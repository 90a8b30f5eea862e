using System.Diagnostics;
using Cochin.Bench.Contestants;
using Cochin.Bench.Measuring;

namespace Cochin.Bench.CleanUp;

/// <summary>Those who delete what is older than a day in the temporary areas.</summary>
/// <param name="configFile">A file for rclone's settings.</param>
internal sealed class CleanUpContestants(string root, string connectionString, string configFile)
{
    public const int AtOnce = 32;

    /// <summary>Our program with all that it does for safety, and nothing set but the storage.</summary>
    public Contestant Ours => new(
        "`cleanup_temp_files`",
        () => CochinProgram.Start(root, [new("CochinStorage", connectionString)], "cleanup_temp_files", "--auto"));

    public Contestant Rclone => new("`rclone delete`", StartRclone);

    public Contestant SdkLoop => new("SDK loop", () =>
    {
        var start = OwnProgram.Start(SdkDeleteLoop.Name);
        start.Environment[SdkDeleteLoop.ConnectionVariable] = connectionString;
        return start;
    });

    private ProcessStartInfo StartRclone()
    {
        RcloneConfig.Write(configFile, connectionString);
        return new ProcessStartInfo("rclone", [
            "delete", $"{RcloneConfig.Remote}:{TempBlobs.Container}", "--config", configFile, "--min-age", "24h",
            "--transfers", $"{AtOnce}", "--checkers", $"{AtOnce}",
            "--fast-list", .. TempBlobs.Areas.SelectMany(area => new[] { "--include", $"/{area}/**" }),
        ]);
    }
}
