using System.Text;

namespace Cochin.Functions.Tasks.VerifyBackups;

/// <summary>The secret from which the keys of encrypted backups are derived: <c>Cochin__Backups__DjangoSecretKey</c>.</summary>
internal sealed record VerifySettings
{
    /// <summary>The application's <c>SECRET_KEY</c>, a secret; null if it is not set.</summary>
    public string? DjangoSecretKey { get; init; }

    public static IReadOnlyList<Parameter> Parameters { get; } =
    [
        Parameter.Other<VerifySettings>(
            "Cochin__Backups__DjangoSecretKey", "The SECRET_KEY of the Django application, for decrypting backups", "KEY", "a text",
            "Copy it from the application's settings",
            (settings, text) => (settings with { DjangoSecretKey = text }, null)),
    ];

    // Records print their members. The key is secret.
    private bool PrintMembers(StringBuilder builder)
    {
        builder.Append(DjangoSecretKey is null ? "no key" : "a key");
        return true;
    }
}
