using System.Text;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Where telemetry is exported. Off by default.</summary>
internal sealed record TelemetrySettings
{
    private const string ConnectionStringKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationKey = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string RemovedKey = "Cochin:Telemetry:Console";
    private const string OtlpProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>The connection string of Application Insights; null to not export to it.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The managed identity for Application Insights; null to use the connection string only.</summary>
    public TelemetryIdentity? Identity { get; init; }

    /// <summary>Whether to export with OTLP. The exporter reads the standard <c>OTEL_*</c> settings itself.</summary>
    public bool Otlp { get; init; }

    public bool IsOn => ConnectionString is not null || Otlp;

    public static TelemetrySettings Read(SettingValues values)
    {
        // This setting was removed. Its old default "false" is accepted, as older sample files contain it.
        if (values.Children("Cochin:Telemetry").Contains("Console", StringComparer.OrdinalIgnoreCase) && values.Flag(RemovedKey, fallback: false))
        {
            values.Add(
                RemovedKey,
                "Telemetry is no longer written to standard error.",
                $"Remove the setting; to see telemetry, set {OtlpEndpointKey} to a collector (docs/operations.md).");
        }

        return new TelemetrySettings
        {
            ConnectionString = ReadConnectionString(values),
            Identity = ReadIdentity(values),
            Otlp = ReadOtlp(values),
        };
    }

    private static string? ReadConnectionString(SettingValues values)
    {
        const string Hint = "Copy it from the overview of the Application Insights resource: InstrumentationKey=…;IngestionEndpoint=https://….";
        if (values.Text(ConnectionStringKey) is not { } text)
        {
            return null;
        }

        var parts = Parts(text);
        var problem = parts is null ? "It is not a connection string."
            : !Guid.TryParse(parts.GetValueOrDefault("InstrumentationKey"), out _) ? "It has no valid InstrumentationKey, which is a GUID."
            : parts.TryGetValue("IngestionEndpoint", out var endpoint) && !IsWebUrl(endpoint) ? "Its IngestionEndpoint is not a valid URL."
            : null;
        if (problem is null)
        {
            return text;
        }

        // Problems never contain the value, because it allows writing to the resource.
        values.Add(ConnectionStringKey, problem, Hint);
        return null;
    }

    // The format of the Functions host: Authorization=AAD, with ClientId=… for a user-assigned identity.
    private static TelemetryIdentity? ReadIdentity(SettingValues values)
    {
        if (values.Text(AuthenticationKey) is not { } text)
        {
            return null;
        }

        var parts = Parts(text);
        if (parts is not null
            && string.Equals(parts.GetValueOrDefault("Authorization"), "AAD", StringComparison.OrdinalIgnoreCase)
            && parts.Keys.All(key => key.ToUpperInvariant() is "AUTHORIZATION" or "CLIENTID")
            && (!parts.TryGetValue("ClientId", out var clientId) || Guid.TryParse(clientId, out _)))
        {
            return new TelemetryIdentity(parts.GetValueOrDefault("ClientId"));
        }

        values.Add(
            AuthenticationKey,
            "It is invalid.",
            "Use Authorization=AAD for the app's system-assigned identity, or ClientId=GUID;Authorization=AAD for a user-assigned one.");
        return null;
    }

    private static bool ReadOtlp(SettingValues values)
    {
        if (values.Text(OtlpProtocolKey) is { } protocol and not ("grpc" or "http/protobuf"))
        {
            values.Add(OtlpProtocolKey, $"{Quoted.Of(protocol)} is not a supported protocol.", "Use grpc or http/protobuf.");
        }

        if (values.Text(OtlpEndpointKey) is not { } endpoint)
        {
            return false;
        }

        if (!IsWebUrl(endpoint))
        {
            values.Add(OtlpEndpointKey, "It is not a valid URL.", "Use for example http://localhost:4317 for grpc, http://localhost:4318 for http/protobuf.");
        }

        return true;
    }

    private static bool IsWebUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);

    private static Dictionary<string, string>? Parts(string text)
    {
        var parts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var part in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, { Length: > 0 } value] || !parts.TryAdd(key, value))
            {
                return null;
            }
        }

        return parts;
    }

    // By default, a record prints its members, and the connection string must not be logged.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(IsOn ? "on" : "off");
        return true;
    }
}

/// <summary>A managed identity.</summary>
/// <param name="ClientId">The client id of a user-assigned identity; null for the system-assigned one.</param>
internal sealed record TelemetryIdentity(string? ClientId);
