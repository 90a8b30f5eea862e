using System.Text;
using System.Text.Json.Nodes;

namespace Cochin.Bench.Contestants;

/// <summary>A database file of an Azurite that does not run: collections of documents, with indices, as LokiJS keeps them.</summary>
internal static class AzuriteDatabase
{
    private const string Place = "COPIES";

    /// <summary>Puts copies of a collection's first document in the place of all.</summary>
    /// <param name="change">
    /// Makes the document the one of that number. In what the collection has an index of, they have to be alike or in ascending order.
    /// </param>
    /// <param name="isOriginal">Whether to copy a document, if it is not the first; null for the first.</param>
    public static void Fill(string file, string collection, int count, Action<JsonObject, int> change, Func<JsonObject, bool>? isOriginal = null)
    {
        var database = JsonNode.Parse(File.ReadAllText(file))!;
        var filled = database["collections"]!.AsArray().Single(each => (string?)each!["name"] == collection)!;
        var document = filled["data"]!.AsArray().Select(each => each!.AsObject()).First(isOriginal ?? (static _ => true));
        var copies = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            change(document, i);
            document["$loki"] = i + 1;
            copies.Append(i == 0 ? "" : ",").Append(document.ToJsonString());
        }

        // Each index is the places of the documents in the order of one of their members.
        filled["maxId"] = count;
        foreach (var (_, index) in filled["binaryIndices"]!.AsObject())
        {
            index!["values"] = new JsonArray([.. Enumerable.Range(0, count).Select(i => (JsonNode)i)]);
        }

        filled["data"] = Place;
        var text = database.ToJsonString().Split($"\"{Place}\"", 2);
        File.WriteAllText(file, $"{text[0]}[{copies}]{text[1]}");
    }
}
