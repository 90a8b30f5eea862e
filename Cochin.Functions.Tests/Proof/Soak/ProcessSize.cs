using System.Globalization;

namespace Cochin.Functions.Tests.Proof.Soak;

/// <summary>What a process takes, as the kernel counts it.</summary>
/// <param name="Memory">Resident, in MiB.</param>
internal readonly record struct ProcessSize(int Memory, int Handles, int Threads)
{
    public static ProcessSize Of(int processId)
    {
        var status = File.ReadAllLines($"/proc/{processId}/status")
            .Select(line => line.Split(':', 2))
            .ToDictionary(line => line[0], line => line[1].Trim().Split(' ')[0]);
        return new ProcessSize(
            int.Parse(status["VmRSS"], CultureInfo.InvariantCulture) / 1024,
            Directory.GetFileSystemEntries($"/proc/{processId}/fd").Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }
}
