using System.CommandLine;

namespace Cochin.Functions.Cli.Verbs;

internal static class RemoveVerb
{
    private const int MaxReasonLength = 500;

    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids of jobs (default: all)", Arity = ArgumentArity.ZeroOrMore };
        var length = new Option<string?>("--for")
        {
            Description = "Switch them on again after this time, except those that are off",
            HelpName = "30s|30m|2h|1d",
        };
        var reason = new Option<string?>("--reason") { Description = "Reason, shown wherever the job is shown", HelpName = "TEXT" };
        return new Verb(
            "remove",
            "Switch jobs off; their state and history are kept",
            "remove",
            "remove rebuild_backup_paths --for 2h --reason \"moving the backups\"")
        {
            Execute = async (session, cancellationToken) =>
            {
                var duration = session.Value(length) is { } text
                    ? OptionValues.ReadDuration(text) ?? throw new CliException("usage", $"'{text}' is not a time span for --for.", "Write 30s, 30m, 2h or 1d.")
                    : (TimeSpan?)null;
                if (session.Value(reason)?.Length > MaxReasonLength)
                {
                    throw new CliException("usage", $"--reason has more than {MaxReasonLength} characters.", "Give a shorter reason.");
                }

                return await JobSwitch.SetAsync(
                    session,
                    session.Jobs(session.Value(names)),
                    "disable",
                    "off",
                    (states, job, now) => states.DisableAsync(job.Name, now + duration, session.Value(reason), cancellationToken),
                    cancellationToken).ConfigureAwait(false);
            },
        }.With(names, length, reason);
    }
}
