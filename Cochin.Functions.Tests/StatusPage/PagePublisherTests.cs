using System.Text.Json;
using Azure.Core;
using Cochin.Functions.StatusPage;
using Cochin.Functions.Tests.Azurite;

namespace Cochin.Functions.Tests.StatusPage;

public sealed class PagePublisherTests(AzuriteServer server) : StatusTest(server)
{
    [Fact]
    public async Task PublishAsync_NothingPublished_WritesThePageAndTheJson()
    {
        (await NewPublisher().PublishAsync(Cancellation)).ShouldBeTrue();

        var page = (await Storage.System.GetBlobClient("status/index.html").DownloadContentAsync(Cancellation)).Value;
        var json = (await Storage.System.GetBlobClient("status/status.json").DownloadContentAsync(Cancellation)).Value;
        page.Details.ContentType.ShouldBe("text/html; charset=utf-8");
        page.Details.CacheControl.ShouldBe("no-cache");
        page.Content.ToString().ShouldStartWith("<!DOCTYPE html>");
        json.Details.ContentType.ShouldBe("application/json; charset=utf-8");
        json.Details.CacheControl.ShouldBe("no-cache");
        var status = JsonDocument.Parse(json.Content).RootElement;
        status.GetProperty("format").GetInt32().ShouldBe(1);
        status.GetProperty("generatedAt").GetString().ShouldBe("2026-11-24T13:00:00Z");
        status.GetProperty("health").GetProperty("level").GetString().ShouldBe("well");
        status.GetProperty("jobs")[0].GetProperty("condition").GetString().ShouldBe("new");
        status.GetProperty("jobs")[0].GetProperty("days")[0].GetProperty("date").GetString().ShouldBe("2026-10-26");
        status.GetProperty("jobs")[0].GetProperty("days")[0].GetProperty("mark").GetString().ShouldBe("none");
    }

    [Fact]
    public async Task PublishAsync_DefaultJobs_SendsFewRequests()
    {
        await Storage.Operations.CreateIfNotExistsAsync(Cancellation);
        await NewPublisher().PublishAsync(Cancellation);
        var requests = new CountingPolicy();

        await NewPublisher(requests).PublishAsync(Cancellation);

        const string Requests = "ETags, job states, runs of each job, configurations, operations, whether these two were lost, backup container, "
            + "audit log list for two months, both files";
        requests.Count.ShouldBe(1 + 1 + Jobs.Count + 1 + 1 + (1 + 2) + 1 + 2 + 2, Requests);
    }

    [Theory]
    [InlineData("status.json")]
    [InlineData("index.html")]
    public async Task PublishAsync_AnotherPublishesMeanwhile_ReadsTheStatusAgain(string before)
    {
        await NewPublisher().PublishAsync(Cancellation);
        var race = new InterveningPolicy(
            request => IsPutOf(request, before),
            async () =>
            {
                // The other process reads the status later but publishes earlier.
                Clock.Advance(TimeSpan.FromMinutes(1));
                await NewPublisher().PublishAsync(Cancellation);
                Clock.Advance(TimeSpan.FromMinutes(1));
            });

        (await NewPublisher(race).PublishAsync(Cancellation)).ShouldBeTrue();

        race.Met.ShouldBeTrue();
        (await PublishedAsync()).ShouldBe(("2026-11-24T13:02:00Z", "2026-11-24T13:02:00Z"));
    }

    [Fact]
    public async Task PublishAsync_AnotherPublishesDuringEachAttempt_ReturnsFalse()
    {
        await NewPublisher().PublishAsync(Cancellation);
        var race = new InterveningPolicy(
            request => IsPutOf(request, "status.json"),
            async () =>
            {
                Clock.Advance(TimeSpan.FromMinutes(1));
                await NewPublisher().PublishAsync(Cancellation);
            },
            times: 100);

        (await NewPublisher(race).PublishAsync(Cancellation)).ShouldBeFalse();

        (await PublishedAsync()).ShouldBe(("2026-11-24T13:04:00Z", "2026-11-24T13:04:00Z"));
    }

    [Fact]
    public async Task PublishAsync_ManyProcesses_FilesAreFromTheSameProcess()
    {
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => NewPublisher().PublishAsync(Cancellation)));

        var (page, json) = await PublishedAsync();
        page.ShouldBe(json);
    }

    [Fact]
    public async Task PublishAsync_PreviousOneDiedBetweenTheFiles_WritesBoth()
    {
        var dying = new CrashPolicy(request => IsPutOf(request, "index.html"));
        await Should.ThrowAsync<InvalidOperationException>(() => NewPublisher(dying).PublishAsync(Cancellation));
        dying.Died.ShouldBeTrue();

        (await NewPublisher().PublishAsync(Cancellation)).ShouldBeTrue();

        var (page, json) = await PublishedAsync();
        page.ShouldBe(json);
    }

    private static bool IsPutOf(Request request, string file) =>
        request.Method == RequestMethod.Put && request.Uri.Path.EndsWith(file, StringComparison.Ordinal);

    private async Task<(string Page, string Json)> PublishedAsync()
    {
        var page = (await Storage.System.GetBlobClient("status/index.html").DownloadContentAsync(Cancellation)).Value.Content.ToString();
        var json = (await Storage.System.GetBlobClient("status/status.json").DownloadContentAsync(Cancellation)).Value.Content;
        var made = page[(page.IndexOf("As of <time datetime=\"", StringComparison.Ordinal) + 22)..];
        return (made[..made.IndexOf('"', StringComparison.Ordinal)], JsonDocument.Parse(json).RootElement.GetProperty("generatedAt").GetString()!);
    }
}
