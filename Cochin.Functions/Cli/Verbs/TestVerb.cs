using System.CommandLine;
using Cochin.Functions.Jobs;
using Cochin.Functions.Runs;

namespace Cochin.Functions.Cli.Verbs;

internal static class TestVerb
{
    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids of jobs, or 'all' (default)", Arity = ArgumentArity.ZeroOrMore };
        return new Verb(
            "test",
            "Do a dry run of each job; changes nothing",
            "test all",
            "test rebuild_backup_paths --json")
        {
            Execute = async (session, cancellationToken) =>
            {
                var typed = session.Value(names);
                var jobs = session.Jobs(typed is [JobCatalog.All] ? null : typed);
                var runner = await session.GetAsync<JobRunner>(cancellationToken).ConfigureAwait(false);
                var runs = jobs.Select(job => (Func<RunObserver, Task<RunReport>>)(observer =>
                    runner.RunJobAsync(job, dryRun: true, observer, cancellationToken)));
                return await new RunConsole(session, verbose: false).AllAsync(runs, cancellationToken).ConfigureAwait(false);
            },
        }.With(names);
    }
}
