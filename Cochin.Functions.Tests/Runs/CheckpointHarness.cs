using System.Text;
using Azure.Core;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;
using Cochin.Functions.Tasks;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.Runs;

/// <summary>Work that takes several runs. It consists of steps; the checkpoint contains the number of completed steps.</summary>
public abstract class CheckpointHarness(AzuriteServer server) : RunnerHarness(server)
{
    private protected const string BlobName = "checkpoints/" + JobName;

    private protected const int Steps = 6;

    private protected List<int> Done { get; } = [];

    private protected int StepsPerRun { get; set; } = 2;

    private protected static bool IsCheckpoint(Request request) =>
        request.Uri.Path.Contains("checkpoints/", StringComparison.Ordinal) || request.Uri.Path.Contains("checkpoints%2F", StringComparison.Ordinal);

    private protected async Task BeginAtTwoAsync()
    {
        await RegisterAtNoonAsync();
        Clock.SetUtcNow(TwoOClock);
        Begin();
    }

    private protected void Begin()
    {
        Limits = new RunLimits(TimeSpan.FromSeconds(20));
        Work.Does = DoStepsAsync;
    }

    private protected Task<RunReport> TickAsync() => NewRunner().RunDueAsync(JobName, Cancellation);

    private protected async Task<bool> IsKeptAsync() => await Storage.System.GetBlobClient(BlobName).ExistsAsync(Cancellation);

    private protected async Task<string> KeptAsync() =>
        (await Storage.System.GetBlobClient(BlobName).DownloadContentAsync(Cancellation)).Value.Content.ToString();

    private protected async Task<TaskResult> DoStepsAsync(TaskContext context, CancellationToken cancellationToken)
    {
        var next = await context.Checkpoint.FindAsync(ReadAsync, cancellationToken) is { } kept
            ? int.Parse(kept, System.Globalization.CultureInfo.InvariantCulture)
            : 0;
        for (var steps = 0; next < Steps; steps++)
        {
            if (steps == StepsPerRun)
            {
                context.IsOutOfTime().ShouldBeFalse();
                Clock.Advance(TimeSpan.FromSeconds(18));
            }

            if (context.IsOutOfTime())
            {
                await context.Checkpoint.KeepAsync(next, [Encoding.UTF8.GetBytes($"{next}")], cancellationToken);
                return Result().Unfinished();
            }

            Done.Add(next++);
        }

        return Result();

        TaskResult Result() => ScriptedTask.Done with { Counts = [new("things", next)] };
    }

    private protected static async Task<string> ReadAsync(Stream kept, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(kept);
        var text = await reader.ReadToEndAsync(cancellationToken);
        return int.TryParse(text, out _) ? text : throw new InvalidDataException();
    }
}
