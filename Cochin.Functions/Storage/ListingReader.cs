using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Xml;
using Azure;

namespace Cochin.Functions.Storage;

/// <summary>Parses a page of a listing. Rejects incomplete pages, because callers rely on the absence of blobs.</summary>
internal static class ListingReader
{
    private static readonly XmlReaderSettings Settings = new() { IgnoreWhitespace = true, IgnoreComments = true, DtdProcessing = DtdProcessing.Prohibit };

    /// <returns>The page, without the service's time.</returns>
    /// <inheritdoc cref="BlobListing.PagesAsync" path="/exception"/>
    public static ListedPage Read(Stream page, ListingQuery query)
    {
        try
        {
            using var xml = XmlReader.Create(page, Settings);
            return ReadResults(xml, query);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"the listing of {query.Prefix} is incomplete or invalid: {e.Message}", e);
        }
    }

    private static ListedPage ReadResults(XmlReader xml, ListingQuery query)
    {
        List<ListedBlob>? blobs = null;
        var folders = new List<string>();
        string? next = null;
        xml.MoveToContent();
        xml.ReadStartElement("EnumerationResults");
        while (xml.NodeType == XmlNodeType.Element)
        {
            switch (xml.LocalName)
            {
                case "Blobs":
                    blobs = ReadBlobs(xml, query, folders);
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
            ? throw new InvalidDataException($"the listing of {query.Prefix} lacks its blobs or its next marker.")
            : new ListedPage(blobs, folders, next.Length == 0 ? null : next);
    }

    private static List<ListedBlob> ReadBlobs(XmlReader xml, ListingQuery query, List<string> folders)
    {
        var blobs = new List<ListedBlob>();
        foreach (var element in Children(xml))
        {
            if (element == "Blob")
            {
                blobs.Add(ReadBlob(xml, query));
            }
            else if (element == "BlobPrefix")
            {
                folders.Add(ReadFolder(xml, query));
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
        var isMetadataEncrypted = false;
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
                    isMetadataEncrypted = xml.GetAttribute("Encrypted") is { } encrypted && XmlConvert.ToBoolean(encrypted.ToLowerInvariant());
                    metadata = ReadMetadata(xml);
                    break;
                default:
                    xml.Skip();
                    break;
            }
        }

        CheckPrefix(name, query);
        return properties.LastModified == default || properties.ETag == default
            ? throw new InvalidDataException($"the listing lacks Last-Modified or ETag of {name}, so its age is not certain.")
            : properties with
            {
                Name = name,
                Metadata = metadata,
                IsMetadataEncrypted = isMetadataEncrypted,
                IsFolder = properties.Bytes == 0 && FolderEntry.Is(metadata),
            };
    }

    private static string ReadFolder(XmlReader xml, ListingQuery query)
    {
        string? name = null;
        foreach (var element in Children(xml))
        {
            if (element == "Name")
            {
                name = ReadName(xml);
            }
            else
            {
                xml.Skip();
            }
        }

        CheckPrefix(name, query);
        return name.EndsWith('/') ? name : throw new InvalidDataException($"the listing of {query.Prefix} contains a folder without a slash: {name}.");
    }

    private static void CheckPrefix([NotNull] string? name, ListingQuery query)
    {
        if (name is null || !name.StartsWith(query.Prefix, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"the listing of {query.Prefix} contains a blob with another prefix: {name}.");
        }
    }

    // Names with characters that are invalid in XML are percent-encoded.
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
                    var length = xml.ReadElementContentAsString();
                    var isNumber = long.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes);
                    properties = properties with { Bytes = isNumber ? bytes : 0 };
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
        DateTimeOffset.TryParseExact(
            xml.ReadElementContentAsString(), "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>Enumerates the names of the child elements. The caller must read or skip each element before moving to the next.</summary>
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
