using Cochin.Functions.Storage.Batch;

namespace Cochin.Functions.Tests.Storage.Batch;

public sealed class BatchReaderTests
{
    private const string ContentType = "multipart/mixed; boundary=batchresponse_66925647";

    private const string Gone =
        "\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\nHTTP/1.1 404 The specified blob does not exist.\r\nx-ms-error-code: BlobNotFound\r\n"
        + "x-ms-version: 2018-11-09\r\nContent-Length: 216\r\nContent-Type: application/xml\r\n\r\n"
        + "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Error><Code>BlobNotFound</Code></Error>\r\n";

    private const string Deleted =
        "\r\nContent-Type: application/http\r\nContent-ID: 0\r\n\r\nHTTP/1.1 202 Accepted\r\nx-ms-delete-type-permanent: true\r\n"
        + "x-ms-version: 2018-11-09\r\n\r\n";

    private const string Busy =
        "\r\nContent-Type: application/http\r\nContent-ID: 2\r\n\r\nHTTP/1.1 503 The server is busy.\r\nX-Ms-Error-Code: ServerBusy\r\nRetry-After: 7\r\n\r\n";

    [Fact]
    public void Read_ResponsesInAnyOrder_AreAssignedToTheirParts()
    {
        var answer = BatchReader.Read(Body(Gone, Busy, Deleted), ContentType, count: 3);

        answer.IsAccepted.ShouldBeTrue();
        answer.Parts.ShouldBe([new PartResponse(202), new PartResponse(404, "BlobNotFound"), new PartResponse(503, "ServerBusy", TimeSpan.FromSeconds(7))]);
    }

    [Fact]
    public void Read_PartWithoutAResponse_HasStatusZero()
    {
        var answer = BatchReader.Read(Body(Gone), ContentType, count: 3);

        answer.Parts.Select(part => part.Status).ShouldBe([0, 404, 0]);
    }

    [Fact]
    public void Read_TruncatedResponse_AddsNoResults()
    {
        var body = Body(Deleted, Gone, Busy);

        for (var length = 0; length < body.Length; length++)
        {
            var parts = BatchReader.Read(body[..length], ContentType, count: 3).Parts;

            (parts[0].Status is 0 or 202 && parts[1].Status is 0 or 404 && parts[2].Status is 0 or 503).ShouldBeTrue($"after {length} characters");
            parts.Count(part => part.Status != 0).ShouldBe(body[..length].Split("--batchresponse_66925647").Length is > 2 and var pieces ? pieces - 2 : 0);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("text/plain")]
    [InlineData("multipart/mixed; boundary=another")]
    [InlineData("multipart/mixed; boundary=")]
    public void Read_OtherContentType_HasNoResponses(string? contentType) =>
        BatchReader.Read(Body(Deleted), contentType, count: 1).Parts.ShouldHaveSingleItem().Status.ShouldBe(0);

    [Theory]
    [InlineData("multipart/mixed; boundary=\"batchresponse_66925647\"; charset=utf-8")]
    [InlineData("Multipart/Mixed; Boundary=batchresponse_66925647")]
    public void Read_BoundaryHoweverWritten_IsFound(string contentType) =>
        BatchReader.Read(Body(Deleted), contentType, count: 1).Parts.ShouldHaveSingleItem().Status.ShouldBe(202);

    [Fact]
    public void Read_TwoResponsesToOnePart_AreIgnored() =>
        BatchReader.Read(Body(Deleted, Deleted), ContentType, count: 1).Parts.ShouldHaveSingleItem().Status.ShouldBe(0);

    [Theory]
    [InlineData("Content-ID: 7")]
    [InlineData("Content-ID: -1")]
    [InlineData("Content-ID: x")]
    public void Read_ResponseToAPartThatWasNotSent_IsIgnored(string id) =>
        BatchReader.Read(Body(Deleted.Replace("Content-ID: 0", id, StringComparison.Ordinal), Gone), ContentType, count: 2)
            .Parts.Select(part => part.Status)
            .ShouldBe([0, 404]);

    [Fact]
    public void Read_SingleResponseWithoutContentId_IsForTheBatch()
    {
        var refusal = Busy.Replace("Content-ID: 2\r\n", "", StringComparison.Ordinal).Replace("503", "400", StringComparison.Ordinal);

        var answer = BatchReader.Read(Body(refusal), ContentType, count: 3);

        answer.IsAccepted.ShouldBeFalse();
        answer.Whole.Status.ShouldBe(400);
    }

    private static string Body(params string[] parts) =>
        string.Concat(parts.Select(part => "--batchresponse_66925647" + part)) + "--batchresponse_66925647--\r\n0\r\n";
}
