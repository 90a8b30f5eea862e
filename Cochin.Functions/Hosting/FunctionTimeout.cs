using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Cochin.Functions.Hosting;

/// <summary>The time limit of the Functions host, and the part of it that a run may use.</summary>
/// <remarks>https://learn.microsoft.com/azure/azure-functions/functions-host-json#functiontimeout</remarks>
internal static class FunctionTimeout
{
    // The host's default on the plan that infra/ deploys.
    private static readonly TimeSpan Default = TimeSpan.FromMinutes(30);

    /// <summary>Returns the host's limit; null if there is none. The host reports an invalid value, so it is treated as the default here.</summary>
    /// <param name="folder">The folder with the program and its <c>host.json</c>.</param>
    public static TimeSpan? Read(string folder, IConfiguration configuration)
    {
        var text = configuration["AzureFunctionsJobHost:functionTimeout"] ?? ReadFile(Path.Combine(folder, "host.json"));
        return text == "-1" ? null
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var limit) && limit > TimeSpan.Zero ? limit
            : Default;
    }

    /// <summary>Returns how long a run may take: the limit less 10%, at least one minute, so that the result can be recorded.</summary>
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
            var options = new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), options);
            return document.RootElement.TryGetProperty("functionTimeout", out var value) ? value.ToString() : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
