using Cochin.Functions.Auditing;
using Cochin.Functions.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.StatusPage;

/// <summary>The services of the page.</summary>
internal static class PageServices
{
    public static IServiceCollection AddStatusPage(this IServiceCollection services) => services
        .AddSingleton<AuditTail>()
        .AddSingleton<OperationsSource>()
        .AddSingleton<ChangesSource>()
        .AddSingleton<StatusSource>()
        .AddSingleton<PagePublisher>()
        .AddSingleton<RunFollower, PageFollower>();
}
