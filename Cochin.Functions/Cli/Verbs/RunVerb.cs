using System.CommandLine;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Cli.Verbs;

internal static class RunVerb
{
    public static Verb Create()
    {
        var job = new Argument<string>("JOB") { Description = "Name or id of a job, or 'all'" };
        var dryRun = OptionValues.DryRun();
        return new Verb(
            "run",
            "Run a job now, with its configured options",
            "run cleanup_temp_files",
            "run all --dry-run")
        {
            Execute = async (session, cancellationToken) =>
            {
                var name = session.Value(job)!;
                var isAll = string.Equals(name, JobCatalog.All, StringComparison.OrdinalIgnoreCase);
                var jobs = session.Jobs(isAll ? null : [name]);
                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                var console = new RunConsole(session, verbose: false);
                var runs = jobs.Select(job => (Func<RunObserver, Task<RunReport>>)(observer =>
                    runner.RunJobAsync(job, session.Value(dryRun), observer, cancellationToken)));
                return isAll
                    ? await console.AllAsync(runs, cancellationToken).ConfigureAwait(false)
                    : await console.OneAsync(runs.Single()).ConfigureAwait(false);
            },
        }.With(job, dryRun);
    }
}
