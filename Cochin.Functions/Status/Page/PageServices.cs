using Cochin.Functions.Auditing;
using Cochin.Functions.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Status.Page;

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
