using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Doctor;

/// <summary>Checks the settings of the Functions host: disabled functions, timeout, time zone and runtime.</summary>
internal sealed class HostChecks(CochinSettings settings)
{
    public IReadOnlyList<Check> Run() => [Functions(), Timeout(), .. TimeZone(), .. Runtime()];

    private Check Functions()
    {
        const string Name = "functions";
        const string Why = "the host calls the function of each job every 15 minutes";
        return settings.Host.DisabledFunctions is { Count: > 0 } disabled
            ? Check.Wrong(
                Name,
                $"disabled in the host: {string.Join(", ", disabled)}",
                Why,
                $"Remove the setting AzureWebJobs.{disabled[0]}.Disabled; to switch a job off so that it is reported: ./cochin remove {disabled[0]}")
            : Check.Ok(Name, "none is disabled in the host", Why);
    }

    private Check Timeout()
    {
        const string Name = "functionTimeout";
        const string Why = "a run stops before this limit, so that its result can be recorded";
        var limit = FunctionTimeout.Read(AppContext.BaseDirectory, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        return settings.Limits.Work > limit
            ? Check.Warning(
                Name,
                $"{limit}, shorter than Cochin__Runs__LimitMinutes ({settings.Limits.Work})",
                Why,
                "Increase functionTimeout in host.json, or decrease Cochin__Runs__LimitMinutes")
            : Check.Ok(Name, limit is null ? "none" : $"{limit}", Why);
    }

    private IEnumerable<Check> TimeZone()
    {
        if (settings.Host.TimeZone is { Length: > 0 } zone)
        {
            yield return Check.Warning(
                "WEBSITE_TIME_ZONE", "is set but has no effect", "schedules use the time zone in Cochin__TimeZone", "Remove it, and set Cochin__TimeZone");
        }
    }

    private IEnumerable<Check> Runtime()
    {
        if (settings.Host.WorkerRuntime is { Length: > 0 } runtime && runtime != "dotnet-isolated")
        {
            yield return Check.Wrong(
                "FUNCTIONS_WORKER_RUNTIME",
                $"is {(Quoted.IsHarmless(runtime) ? runtime : "another value")}",
                "the host starts this program as an isolated .NET worker",
                "Set FUNCTIONS_WORKER_RUNTIME=dotnet-isolated; on Flex Consumption, remove it");
        }
    }
}
