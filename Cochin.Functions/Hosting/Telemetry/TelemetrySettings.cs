using System.Text;
using Cochin.Functions.Tasks;

namespace Cochin.Functions.Hosting.Telemetry;

/// <summary>Where telemetry goes; nowhere unless something is set.</summary>
internal sealed record TelemetrySettings
{
    private const string ConnectionStringKey = "APPLICATIONINSIGHTS_CONNECTION_STRING";
    private const string AuthenticationKey = "APPLICATIONINSIGHTS_AUTHENTICATION_STRING";
    private const string OtlpEndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string RemovedKey = "Cochin:Telemetry:Console";
    private const string OtlpProtocolKey = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /// <summary>Of Application Insights; null where nothing goes there.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>The managed identity to sign in with to Application Insights; null for sending with the connection string alone.</summary>
    public TelemetryIdentity? Identity { get; init; }

    /// <summary>Send by OTLP; the exporter reads the rest of its settings, the standard <c>OTEL_*</c>, itself.</summary>
    public bool Otlp { get; init; }

    public bool IsOn => ConnectionString is not null || Otlp;

    public static TelemetrySettings Read(SettingValues values)
    {
        // Removed. "false", its old default, is accepted: it stands in every copy of an older sample file.
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
            : !Guid.TryParse(parts.GetValueOrDefault("InstrumentationKey"), out _) ? "It lacks an InstrumentationKey, which is a GUID."
            : parts.TryGetValue("IngestionEndpoint", out var endpoint) && !IsWebAddress(endpoint) ? "Its IngestionEndpoint is not a web address."
            : null;
        if (problem is null)
        {
            return text;
        }

        // Not a word of the value: whoever has it can write into the resource.
        values.Add(ConnectionStringKey, problem, Hint);
        return null;
    }

    // As the Functions host has it: Authorization=AAD, with ClientId=… for a user-assigned identity.
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

        values.Add(AuthenticationKey, "It is not understood.", "Use Authorization=AAD for the app's own identity, or ClientId=GUID;Authorization=AAD for a user-assigned one.");
        return null;
    }

    private static bool ReadOtlp(SettingValues values)
    {
        if (values.Text(OtlpProtocolKey) is { } protocol and not ("grpc" or "http/protobuf"))
        {
            values.Add(OtlpProtocolKey, $"{Quoted.Of(protocol)} is not a protocol that can be spoken here.", "Use grpc or http/protobuf.");
        }

        if (values.Text(OtlpEndpointKey) is not { } endpoint)
        {
            return false;
        }

        if (!IsWebAddress(endpoint))
        {
            values.Add(OtlpEndpointKey, "It is not a web address.", "E.g. http://localhost:4317 for grpc, http://localhost:4318 for http/protobuf.");
        }

        return true;
    }

    private static bool IsWebAddress(string text) =>
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

    // A record prints its members; this one must not.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(IsOn ? "on" : "off");
        return true;
    }
}
