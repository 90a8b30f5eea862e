using Microsoft.Extensions.Logging;

namespace Cochin.Functions.Tests.Infra;

/// <summary>Collects the keys of attributes and scopes of the program's log messages.</summary>
internal sealed class LogAttributes : ILoggerProvider, ILogger, ISupportExternalScope
{
    private readonly HashSet<string> keys = [];
    private readonly Lock gate = new();
    private IExternalScopeProvider? scopes;

    public IReadOnlySet<string> Keys => keys;

    public ILogger CreateLogger(string categoryName) => this;

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => scopes = scopeProvider;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => scopes?.Push(state);

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Add(state);
        scopes?.ForEachScope((scope, _) => Add(scope), state: 0);
    }

    public void Dispose()
    {
    }

    private void Add(object? state)
    {
        if (state is IEnumerable<KeyValuePair<string, object?>> attributes)
        {
            lock (gate)
            {
                keys.UnionWith(attributes.Select(attribute => attribute.Key));
            }
        }
    }
}
