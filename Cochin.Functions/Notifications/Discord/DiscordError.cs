using System.Net;
using System.Text.Json;
using Cochin.Functions.Formatting;

namespace Cochin.Functions.Notifications.Discord;

/// <summary>An error as Discord reports it: a code and a message, for an invalid message also the field.</summary>
/// <remarks>https://discord.com/developers/docs/topics/opcodes-and-status-codes#json</remarks>
internal sealed record DiscordError(int Code, string Message, bool IsAboutMessage)
{
    private const int UnknownWebhook = 10015;
    private const int InvalidWebhookToken = 50027;
    private const int InvalidFormBody = 50035;
    private const int LongestMessage = 200;
    private const int DeepestField = 8;

    // Of those that come with 400: about the channel, the thread, the server or the permissions, whatever the text.
    private static readonly HashSet<int> OfWebhook =
    [
        0, 10003, 10004, 20016, 20028, 20029, 30046, 40001, 40002, 40060, 40333, 50001, 50008, 50013, 50024, 50083, 110001, 130000, 160005,
        220001, 220002, 220003, 220004,
    ];

    // Those that come with another status than 400: blocked content, a request that is too large.
    private static readonly HashSet<int> OfMessage = [20009, 40005, 50006, 50045, 50109, 200000, 200001, 240000];

    // The parts of a request that are in the webhook's address, not in the message.
    private static readonly HashSet<string> AddressFields = ["webhook_id", "webhook_token", "thread_id", "wait"];

    private static readonly HashSet<string> MessageFields =
        ["embeds", "content", "username", "avatar_url", "allowed_mentions", "attachments", "components", "flags", "thread_name"];

    public bool IsWebhookUnknown => Code is UnknownWebhook or InvalidWebhookToken;

    /// <summary>Reads the body of an answer; null if it is not Discord's error.</summary>
    public static DiscordError? Read(HttpStatusCode status, string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = document.RootElement;
            return root.ValueKind != JsonValueKind.Object ? null
                : root.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var code)
                    && root.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String
                    ? Read(status, root, code, text.GetString()!)
                : ReadBare(root);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // Cut off, no JSON, or a text in it is not Unicode.
        }
    }

    public override string ToString() => Code == 0 ? Message : $"code {Code}: {Message}";

    private static DiscordError Read(HttpStatusCode status, JsonElement root, int code, string message)
    {
        var hasFields = root.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object;
        var isAboutMessage = code == InvalidFormBody
            ? !hasFields || errors.EnumerateObject().Any(field => !AddressFields.Contains(field.Name))
            : OfMessage.Contains(code) || (status == HttpStatusCode.BadRequest && !OfWebhook.Contains(code));
        return new DiscordError(code, Cut(hasFields && FirstOf(errors, "", 0) is { } first ? $"{message}: {first}" : message), isAboutMessage);
    }

    // The older form for an invalid message has no code: {"embeds": ["0"]}.
    private static DiscordError? ReadBare(JsonElement root)
    {
        var fields = root.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Array).Select(field => field.Name).ToList();
        return fields.Any(MessageFields.Contains) ? new DiscordError(InvalidFormBody, Cut($"Invalid {string.Join(", ", fields)}"), IsAboutMessage: true)
            : fields.Any(AddressFields.Contains) ? new DiscordError(InvalidFormBody, Cut($"Invalid {string.Join(", ", fields)}"), IsAboutMessage: false)
            : null;
    }

    // {"embeds": {"0": {"title": {"_errors": [{"message": "…"}]}}}}
    private static string? FirstOf(JsonElement errors, string path, int depth)
    {
        if (depth > DeepestField || errors.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (errors.TryGetProperty("_errors", out var list)
            && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
            && first.TryGetProperty("message", out var message)
            && message.ValueKind == JsonValueKind.String)
        {
            return $"{path.TrimEnd('.')}: {message.GetString()}";
        }

        return errors.EnumerateObject().Select(field => FirstOf(field.Value, $"{path}{field.Name}.", depth + 1)).FirstOrDefault(found => found is not null);
    }

    private static string Cut(string text) => ForeignText.Short(text, LongestMessage).TrimEnd('.');
}
