namespace Cochin.Bench.Contestants;

/// <summary>The configuration of rclone for a store.</summary>
internal static class RcloneConfig
{
    /// <summary>The name of the store in the configuration.</summary>
    public const string Remote = "store";

    public static void Write(string file, string connectionString)
    {
        var parts = connectionString.Split(';')
            .Select(part => part.Split('=', 2))
            .Where(part => part.Length == 2)
            .ToDictionary(part => part[0], part => part[1]);
        File.WriteAllText(file, $"""
            [{Remote}]
            type = azureblob
            account = {parts["AccountName"]}
            key = {parts["AccountKey"]}
            endpoint = {parts["BlobEndpoint"]}
            use_emulator = true
            """);
    }
}
