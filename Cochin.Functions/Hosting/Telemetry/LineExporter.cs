using OpenTelemetry;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Writes telemetry as lines for people. The library's own console exporter writes to standard output, which is for results.</summary>
internal sealed class LineExporter<T>(Action<string> say, Func<T, IEnumerable<string>> describe) : BaseExporter<T>
    where T : class
{
    public override ExportResult Export(in Batch<T> batch)
    {
        foreach (var item in batch)
        {
            foreach (var line in describe(item))
            {
                say(line);
            }
        }

        return ExportResult.Success;
    }
}
