using Cochin.Functions.Notifications;

namespace Cochin.Functions.Doctor;

/// <summary>Checks whether the channel is set and answers, without posting to it.</summary>
internal sealed class ChannelCheck(Channel channel)
{
    private const string Name = "webhook";
    private const string Why = "quote alerts and failure notices go there";

    public async Task<Check> ExamineAsync(CancellationToken cancellationToken)
    {
        if (!channel.IsConfigured)
        {
            return Check.Warning(Name, "none is set", Why, $"Set {channel.Setting} to the address that the channel's settings show");
        }

        var answer = await channel.ProbeAsync(cancellationToken).ConfigureAwait(false);
        if (answer.IsDelivered)
        {
            return Check.Ok(Name, "set, and it answers", Why);
        }

        return channel.MayFailProbes
            ? Check.Warning(
                Name,
                $"set, on a host of your choice, which does not answer a GET: {answer.Why}",
                Why,
                $"Nothing, if it only takes posts; otherwise check {channel.Setting}")
            : Check.Wrong(Name, answer.Why ?? "no answer", Why, $"Check {channel.Setting} against the channel's settings");
    }
}
