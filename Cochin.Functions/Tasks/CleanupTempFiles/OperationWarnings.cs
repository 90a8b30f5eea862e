namespace Cochin.Functions.Tasks.CleanupTempFiles;

/// <summary>Warnings about values that can't be read with certainty: the first ones as sentences, the rest as a number.</summary>
internal sealed class OperationWarnings
{
    private const int MaxListed = 20;

    private readonly List<string> listed = [];
    private long count;

    public void Add(string warning)
    {
        if (++count <= MaxListed)
        {
            listed.Add(warning);
        }
    }

    public IReadOnlyList<string> ToList() => count <= MaxListed
        ? listed
        :
        [
            .. listed,
            $"{count - MaxListed} more operations have a Status, WorkPath or BlobName that can't be read with certainty; see `./cochin doctor`.",
        ];
}
