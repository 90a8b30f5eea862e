using System.CommandLine;

namespace Cochin.Functions.Cli.Verbs;

internal static class RemoveVerb
{
    private const int LongestReason = 500;

    public static Verb Create()
    {
        var names = new Argument<string[]>("JOB") { Description = "Names or ids; all jobs where none is given", Arity = ArgumentArity.ZeroOrMore };
        var length = new Option<string?>("--for") { Description = "For how long; then they go on by themselves", HelpName = "30s|30m|2h|1d" };
        var reason = new Option<string?>("--reason") { Description = "Why, for those who ask later", HelpName = "TEXT" };
        return new Verb("remove", "Switch jobs off; nothing of them is forgotten", "remove", "remove rebuild_backup_paths --for 2h --reason \"moving the backups\"")
        {
            Do = async (session, cancellationToken) =>
            {
                var duration = session.Value(length) is { } text
                    ? OptionValues.ReadDuration(text) ?? throw new CliException("usage", $"'{text}' is not a time span for --for.", "Write 30s, 30m, 2h or 1d.")
                    : (TimeSpan?)null;
                if (session.Value(reason)?.Length > LongestReason)
                {
                    throw new CliException("usage", $"--reason has more than {LongestReason} characters.", "Say it shorter: it is shown wherever the job is.");
                }

                return await JobSwitch.TurnAsync(
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
