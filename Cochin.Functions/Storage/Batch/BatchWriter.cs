using System.Buffers;
using System.Globalization;
using System.Text;
using Azure.Core;

namespace Cochin.Functions.Storage.Batch;

/// <summary>Writes the parts of a batch.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/blob-batch</remarks>
internal sealed class BatchWriter(string boundary)
{
    // The service accepts 4 MiB. Only very long names and tokens come near this limit.
    private const int MaxBytes = 4 * 1024 * 1024 - 64 * 1024;

    private readonly ArrayBufferWriter<byte> body = new(64 * 1024);

    /// <summary>The number of parts.</summary>
    public int Count { get; private set; }

    public bool IsFull => body.WrittenCount > MaxBytes;

    /// <summary>Adds a part. Its number identifies its response.</summary>
    /// <exception cref="InvalidDataException">A header contains a control character.</exception>
    public void Add(Request part)
    {
        Write($"--{boundary}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ");
        Write(Count++.ToString(CultureInfo.InvariantCulture));
        Write("\r\n\r\n");
        Write(part.Method.Method);
        Write(" ");
        Write(part.Uri.ToUri().PathAndQuery);
        Write(" HTTP/1.1\r\n");
        foreach (var header in part.Headers)
        {
            if (header.Value.Any(char.IsControl))
            {
                throw new InvalidDataException($"the header {header.Name} of a request contains a control character.");
            }

            Write(header.Name);
            Write(": ");
            Write(header.Value);
            Write("\r\n");
        }

        Write("Content-Length: 0\r\n\r\n");
    }

    public ReadOnlyMemory<byte> Finish()
    {
        Write($"--{boundary}--\r\n");
        return body.WrittenMemory;
    }

    private void Write(string text) => Encoding.UTF8.GetBytes(text, body);
}
