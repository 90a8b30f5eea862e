using Cochin.Functions.Notifications;

namespace Cochin.Functions.Doctor;

/// <summary>Checks whether the webhook is set and responds, without posting a message.</summary>
internal sealed class ChannelCheck(Channel channel)
{
    private const string Name = "webhook";
    private const string Why = "quote alerts and failure notices go there";

    public async Task<Check> RunAsync(CancellationToken cancellationToken)
    {
        if (!channel.IsConfigured)
        {
            return Check.Warning(Name, "not set", Why, $"Set {channel.Setting} to the webhook URL in the channel's settings");
        }

        var answer = await channel.ProbeAsync(cancellationToken).ConfigureAwait(false);
        if (answer.IsDelivered)
        {
            return Check.Ok(Name, "set, and it responds", Why);
        }

        return channel.MayFailProbes
            ? Check.Warning(
                Name,
                $"set to another host, which does not respond to GET: {answer.Why}",
                Why,
                $"Nothing to do if it accepts only POST; otherwise check {channel.Setting}")
            : Check.Wrong(Name, answer.Why ?? "no answer", Why, $"Check {channel.Setting} against the channel's settings");
    }
}
