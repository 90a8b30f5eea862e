using System.Globalization;
using System.Xml;
using Azure;

namespace Cochin.Functions.Storage;

/// <summary>Reads a page of a listing. What it does not tell in full is no page: an absence of blobs may be taken for a proof.</summary>
internal static class ListingReader
{
    private static readonly XmlReaderSettings Settings = new() { IgnoreWhitespace = true, IgnoreComments = true, DtdProcessing = DtdProcessing.Prohibit };

    /// <returns>The blobs, and where the next page begins; null after the last one.</returns>
    /// <inheritdoc cref="BlobListing.PagesAsync" path="/exception"/>
    public static (IReadOnlyList<ListedBlob> Blobs, string? Next) Read(Stream page, ListingQuery query)
    {
        try
        {
            using var xml = XmlReader.Create(page, Settings);
            return ReadResults(xml, query);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"the listing of {query.Prefix} broke off, or is none: {e.Message}", e);
        }
    }

    private static (IReadOnlyList<ListedBlob> Blobs, string? Next) ReadResults(XmlReader xml, ListingQuery query)
    {
        List<ListedBlob>? blobs = null;
        string? next = null;
        xml.MoveToContent();
        xml.ReadStartElement("EnumerationResults");
        while (xml.NodeType == XmlNodeType.Element)
        {
            switch (xml.LocalName)
            {
                case "Blobs":
                    blobs = ReadBlobs(xml, query);
                    break;
                case "NextMarker":
                    next = xml.ReadElementContentAsString();
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        xml.ReadEndElement();
        return blobs is null || next is null
            ? throw new InvalidDataException($"the listing of {query.Prefix} does not tell its blobs, or whether there are more.")
            : (blobs, next.Length == 0 ? null : next);
    }

    private static List<ListedBlob> ReadBlobs(XmlReader xml, ListingQuery query)
    {
        var blobs = new List<ListedBlob>();
        foreach (var element in Children(xml))
        {
            if (element == "Blob")
            {
                blobs.Add(ReadBlob(xml, query));
            }
            else
            {
                xml.Skip();
            }
        }

        return blobs;
    }

    private static ListedBlob ReadBlob(XmlReader xml, ListingQuery query)
    {
        string? name = null;
        Dictionary<string, string>? metadata = null;
        var properties = default(ListedBlob);
        foreach (var element in Children(xml))
        {
            switch (element)
            {
                case "Name":
                    name = ReadName(xml);
                    break;
                case "Properties":
                    properties = ReadProperties(xml);
                    break;
                case "Metadata" when query.WithMetadata:
                    metadata = ReadMetadata(xml);
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        if (name is null || !name.StartsWith(query.Prefix, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"the listing of {query.Prefix} names a blob that does not belong there: {name}.");
        }

        return properties.LastModified == default || properties.ETag == default
            ? throw new InvalidDataException($"the listing does not tell Last-Modified and ETag of {name}, so its age is not certain.")
            : properties with { Name = name, Metadata = metadata, IsFolder = properties.Bytes == 0 && FolderEntry.Is(metadata) };
    }

    // A name that XML can't carry comes percent-encoded.
    private static string ReadName(XmlReader xml)
    {
        var isEncoded = xml.GetAttribute("Encoded") is { } encoded && XmlConvert.ToBoolean(encoded.ToLowerInvariant());
        var name = xml.ReadElementContentAsString();
        return isEncoded ? Uri.UnescapeDataString(name) : name;
    }

    private static ListedBlob ReadProperties(XmlReader xml)
    {
        var properties = default(ListedBlob);
        foreach (var element in Children(xml))
        {
            switch (element)
            {
                case "Last-Modified":
                    properties = properties with { LastModified = Time(xml) ?? default };
                    break;
                case "Creation-Time":
                    properties = properties with { CreatedOn = Time(xml) };
                    break;
                case "Etag":
                    var tag = xml.ReadElementContentAsString();
                    properties = properties with { ETag = tag.Length == 0 ? default : new ETag(tag) };
                    break;
                case "Content-Length":
                    properties = properties with { Bytes = long.TryParse(xml.ReadElementContentAsString(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0 };
                    break;
                case "AccessTier":
                    properties = properties with { IsArchived = xml.ReadElementContentAsString() == "Archive" };
                    break;
                case "LeaseStatus":
                    properties = properties with { IsLeased = xml.ReadElementContentAsString() == "locked" };
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        return properties;
    }

    private static Dictionary<string, string> ReadMetadata(XmlReader xml)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var key in Children(xml))
        {
            metadata[key] = xml.ReadElementContentAsString();
        }

        return metadata;
    }

    private static DateTimeOffset? Time(XmlReader xml) =>
        DateTimeOffset.TryParseExact(xml.ReadElementContentAsString(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The names of the elements in this one. Each has to be read or skipped before the next is asked for.</summary>
    private static IEnumerable<string> Children(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            xml.Read();
            yield break;
        }

        xml.Read();
        while (xml.NodeType == XmlNodeType.Element)
        {
            yield return xml.LocalName;
        }

        xml.ReadEndElement();
    }
}
