using Cochin.Functions.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Notifications.Notices;

/// <summary>The services of the watch.</summary>
internal static class WatchServices
{
    public static IServiceCollection AddWatch(this IServiceCollection services) => services
        .AddSingleton<ConcernSource>()
        .AddSingleton<NoticeTable>()
        .AddSingleton<NoticeCards>()
        .AddSingleton<DigestSource>()
        .AddSingleton<DigestCard>()
        .AddSingleton<DigestWatch>()
        .AddSingleton<NoticeDelivery>()
        .AddSingleton<Watch>()
        .AddSingleton(provider => new WatchTicks(provider.GetRequiredService<Watch>(), provider.GetRequiredService<ActiveTicks>()))
        .AddSingleton<RunFollower, WatchFollower>()
        .AddSingleton<RunFollower, PingFollower>();
}
