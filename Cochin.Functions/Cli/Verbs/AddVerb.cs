using System.CommandLine;

namespace Cochin.Functions.Cli.Verbs;

internal static class AddVerb
{
    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids of jobs (default: all)", Arity = ArgumentArity.ZeroOrMore };
        return new Verb("add", "Switch jobs on", "add", "add cleanup_temp_files_weekend")
        {
            Execute = (session, cancellationToken) => JobSwitch.SetAsync(
                session,
                session.Jobs(session.Value(names)),
                "enable",
                "on",
                (states, job, now) => states.EnableAsync(job, now, cancellationToken),
                cancellationToken),
        }.With(names);
    }
}
