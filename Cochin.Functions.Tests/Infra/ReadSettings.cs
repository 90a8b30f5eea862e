using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Tests.Infra;

/// <summary>An empty configuration that records which keys are read.</summary>
internal sealed class ReadSettings : ConfigurationProvider, IConfigurationSource
{
    private readonly HashSet<string> asked = [];

    /// <summary>The global settings of the program, as environment variables.</summary>
    public IEnumerable<string> Names => asked.Select(key => key.Replace(":", "__", StringComparison.Ordinal)).Where(IsGlobal).Order(StringComparer.Ordinal);

    /// <summary>Whether a setting belongs to the program, but not to a single job or to the storage connection, which differs in Azure.</summary>
    public static bool IsGlobal(string name) =>
        (name.StartsWith("Cochin__", StringComparison.Ordinal) && !name.StartsWith("Cochin__Jobs__", StringComparison.Ordinal))
        || name.StartsWith("APPLICATIONINSIGHTS_", StringComparison.Ordinal);

    public override bool TryGet(string key, out string? value)
    {
        asked.Add(key);
        value = null;
        return false;
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}
