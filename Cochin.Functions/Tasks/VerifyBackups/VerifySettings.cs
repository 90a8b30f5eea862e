using System.Text;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>What opens encrypted backups: <c>Cochin__Backups__DjangoSecretKey</c>.</summary>
internal sealed record VerifySettings
{
    /// <summary>The application's <c>SECRET_KEY</c>, a secret; null if it is not set.</summary>
    public string? DjangoSecretKey { get; init; }

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        Parameter.Other<VerifySettings>(
            "Cochin__Backups__DjangoSecretKey", "The Django application's SECRET_KEY, which opens encrypted backups", "KEY", "a text",
            "Copy it from the application's settings",
            (settings, text) => (settings with { DjangoSecretKey = text }, null)),
    ];

    // A record shows all that it has; this is a secret.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(DjangoSecretKey is null ? "no key" : "a key");
        return true;
    }
}
