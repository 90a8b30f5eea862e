using Cochin.Functions.Running;
using Microsoft.Extensions.DependencyInjection;

namespace Cochin.Functions.Watching;

/// <summary>What watching is made of.</summary>
internal static class WatchServices
{
    public static IServiceCollection AddWatch(this IServiceCollection services) => services
        .AddSingleton<ConcernSource>()
        .AddSingleton<NoticeTable>()
        .AddSingleton<NoticeCards>()
        .AddSingleton<DigestSource>()
        .AddSingleton<DigestCard>()
        .AddSingleton<Watch>()
        .AddSingleton(provider => new WatchTicks(provider.GetRequiredService<Watch>(), provider.GetRequiredService<ActiveTicks>()))
        .AddSingleton<RunFollower, WatchFollower>()
        .AddSingleton<RunFollower, PingFollower>();
}
