using System.CommandLine;
using Cochin.Functions.Running;

namespace Cochin.Functions.Cli.Verbs;

internal static class AddVerb
{
    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids; all jobs where none is given", Arity = ArgumentArity.ZeroOrMore };
        return new Verb("add", "Switch jobs on", "add", "add cleanup_temp_files_weekend")
        {
            Do = async (session, cancellationToken) =>
            {
                var jobs = session.Jobs(session.Value(names));
                var states = await session.GetAsync<JobStates>(cancellationToken).ConfigureAwait(false);
                var now = (await session.GetAsync<TimeProvider>(cancellationToken).ConfigureAwait(false)).GetUtcNow();
                foreach (var job in jobs)
                {
                    await states.EnableAsync(job.Name, now, cancellationToken).ConfigureAwait(false);
                }

                return await JobSwitch.TellAsync(session, jobs, "enable", "on", cancellationToken).ConfigureAwait(false);
            },
        }.With(names);
    }
}
