using System.Net;
using System.Net.Http.Headers;

namespace Cochin.Bench.Simulation;

/// <summary>A page as the body of an answer, read from where it was written.</summary>
internal sealed class PageContent : HttpContent
{
    private readonly PageBuffer page;

    public PageContent(PageBuffer page, string mediaType)
    {
        this.page = page;
        Headers.ContentType = MediaTypeHeaderValue.Parse(mediaType);
        Headers.ContentLength = page.Length;
    }

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(page.ToStream());

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => page.ToStream();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        using var content = page.ToStream();
        await content.CopyToAsync(stream);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = page.Length;
        return true;
    }
}
