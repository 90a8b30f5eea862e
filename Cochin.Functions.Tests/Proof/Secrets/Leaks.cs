using System.Text;
using System.Text.Json;

namespace Cochin.Functions.Tests.Proof.Secrets;

/// <summary>Looks for secrets in all that a program put out, in the forms that they may have on the way.</summary>
internal sealed class Leaks(IEnumerable<string> secrets)
{
    private readonly (string Secret, string[] Forms)[] wanted = [.. secrets.Select(secret => (secret, Forms(secret)))];
    private readonly List<string> found = [];

    /// <summary>How many texts were searched.</summary>
    public int Places { get; private set; }

    public long Characters { get; private set; }

    public IReadOnlyList<string> Found => found;

    /// <param name="place">Where the text is from, for whoever has to mend it.</param>
    public void Search(string place, string text)
    {
        Places++;
        Characters += text.Length;
        foreach (var (secret, forms) in wanted)
        {
            if (Array.Find(forms, form => text.Contains(form, StringComparison.OrdinalIgnoreCase)) is { } form)
            {
                var at = text.IndexOf(form, StringComparison.OrdinalIgnoreCase);
                found.Add($"{place}: '{secret}' as '{form}' in …{text[Math.Max(0, at - 120)..Math.Min(text.Length, at + form.Length + 40)]}…");
            }
        }
    }

    private static string[] Forms(string secret) =>
    [
        .. new[]
        {
            secret,
            Uri.EscapeDataString(secret),
            Uri.EscapeDataString(Uri.EscapeDataString(secret)),
            Uri.UnescapeDataString(secret),
            JsonSerializer.Serialize(secret).Trim('"'),
        }
        .Concat(Enumerable.Range(0, 3).Select(offset => InBase64(secret, offset)))
        .Distinct(),
    ];

    // Wherever the secret begins in what was encoded; the letters at both ends depend on what is beside it.
    private static string InBase64(string secret, int offset) =>
        Convert.ToBase64String([.. new byte[offset], .. Encoding.UTF8.GetBytes(secret)])[4..^4];
}
