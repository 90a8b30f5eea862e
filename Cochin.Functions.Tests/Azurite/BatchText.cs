using System.Text;
using Azure.Core;

namespace Cochin.Functions.Tests.Azurite;

/// <summary>The text of a batch or of its response, split into parts at the boundary lines.</summary>
internal sealed class BatchText(string text, string boundary)
{
    // There is no part before the first boundary line and after the last one.
    private readonly string[] pieces = text.Split("--" + boundary);

    /// <summary>The parts, each with its Content-ID, as text.</summary>
    public IEnumerable<string> Parts => pieces[1..^1];

    public static bool IsBatch(Request request) =>
        request.Method == RequestMethod.Post && request.Uri.ToString().Contains("comp=batch", StringComparison.Ordinal);

    public static async Task<BatchText> OfAsync(Request request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Content!.WriteToAsync(body, cancellationToken);
        request.Headers.TryGetValue("Content-Type", out var type).ShouldBeTrue();
        return new BatchText(Encoding.UTF8.GetString(body.ToArray()), Boundary(type!));
    }

    public static BatchText Of(global::Azure.Response answer) => new(answer.Content.ToString(), Boundary(answer.Headers.ContentType!));

    public static string IdOf(string part) => part.Split("Content-ID: ")[1].Split("\r\n")[0];

    /// <summary>Returns a copy with changed parts; null removes a part.</summary>
    public byte[] With(Func<string, string?> change) =>
        Encoding.UTF8.GetBytes(string.Join("--" + boundary, [pieces[0], .. Parts.Select(change).Where(part => part is not null), pieces[^1]]));

    private static string Boundary(string contentType) => contentType.Split("boundary=")[1];
}
