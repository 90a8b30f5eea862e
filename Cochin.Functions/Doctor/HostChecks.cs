using Cochin.Functions.Hosting;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Doctor;

/// <summary>Looks at what the Functions host is told: whether it calls the functions at all, and for how long it lets them run.</summary>
internal sealed class HostChecks(CochinSettings settings)
{
    public IReadOnlyList<Check> Examine() => [Functions(), Timeout(), .. TimeZone(), .. Runtime()];

    private Check Functions()
    {
        const string Name = "functions";
        const string Why = "the host calls each job's function every quarter of an hour";
        return settings.Host.DisabledFunctions is { Count: > 0 } disabled
            ? Check.Wrong(Name, $"switched off in the host: {string.Join(", ", disabled)}", Why, $"Remove the setting AzureWebJobs.{disabled[0]}.Disabled; to switch a job off and still hear of it: ./cochin remove {disabled[0]}")
            : Check.Ok(Name, "none is switched off in the host", Why);
    }

    private Check Timeout()
    {
        const string Name = "functionTimeout";
        const string Why = "a run stops a while before it, so that its end can be written down";
        var limit = FunctionTimeout.Read(AppContext.BaseDirectory, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        return settings.Limits.Work > limit
            ? Check.Warning(Name, $"{limit}, shorter than Cochin__Runs__LimitMinutes ({settings.Limits.Work})", Why, "Raise functionTimeout in host.json, or lower Cochin__Runs__LimitMinutes")
            : Check.Ok(Name, limit is null ? "none" : $"{limit}", Why);
    }

    private IEnumerable<Check> TimeZone()
    {
        if (settings.Host.TimeZone is { Length: > 0 } zone)
        {
            yield return Check.Warning("WEBSITE_TIME_ZONE", "is set, and nothing here reads it", "schedules are times of day in Cochin__TimeZone", "Remove it, and set Cochin__TimeZone");
        }
    }

    private IEnumerable<Check> Runtime()
    {
        if (settings.Host.WorkerRuntime is { Length: > 0 } runtime && runtime != "dotnet-isolated")
        {
            yield return Check.Wrong("FUNCTIONS_WORKER_RUNTIME", $"is {(Quoted.IsHarmless(runtime) ? runtime : "something else")}", "the host starts this program as an isolated .NET worker", "Set FUNCTIONS_WORKER_RUNTIME=dotnet-isolated; on Flex Consumption remove it");
        }
    }
}
