namespace Cochin.Functions.Running;

/// <summary>Where the runs of a job are announced to a watcher outside, as Healthchecks.io has it. Who knows it can speak for the job: it is never printed.</summary>
internal sealed class PingAddress(Uri url)
{
    /// <summary>The address for one step of one run.</summary>
    /// <param name="path"><c>/start</c>, <c>/fail</c>, or nothing for success.</param>
    /// <param name="rid">Which run it is.</param>
    public Uri For(string path, Guid rid) =>
        new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + path, Query = string.Join('&', new[] { url.Query.TrimStart('?'), $"rid={rid}" }.Where(part => part.Length > 0)) }.Uri;

    /// <summary>Says that there is one, and no more.</summary>
    public override string ToString() => "a ping address";
}
