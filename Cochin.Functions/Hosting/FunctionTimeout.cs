using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>How long the Functions host lets a function run, and what a run may take of it.</summary>
/// <remarks>https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout</remarks>
internal static class FunctionTimeout
{
    // What the host takes where nothing is set, on the plan that infra/ deploys.
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(30);

    /// <summary>The host's limit; null where it has none. A malformed one is the host's to report, so it counts as the default.</summary>
    /// <param name="folder">Where the host found the program and its <c>host.json</c>.</param>
    public static TimeSpan? Read(string folder, IConfiguration configuration)
    {
        var text = configuration["AzureFunctionsJobHost:functionTimeout"] ?? ReadFile(Path.Combine(folder, "host.json"));
        return text == "-1" ? null
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit > TimeSpan.Zero ? limit
            : Default;
    }

    /// <summary>The time until a run stops by itself: a tenth less, at least a minute, so that its end can be written down.</summary>
    public static TimeSpan? BudgetFor(TimeSpan? limit)
    {
        if (limit is not { } total)
        {
            return null;
        }

        var margin = total / 10 > TimeSpan.FromMinutes(1) ? total / 10 : TimeSpan.FromMinutes(1);
        return margin < total / 2 ? total - margin : total / 2;
    }

    private static string? ReadFile(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return document.RootElement.TryGetProperty("functionTimeout", out var value) ? value.ToString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
