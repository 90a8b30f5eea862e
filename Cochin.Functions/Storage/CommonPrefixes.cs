namespace Cochin.Functions.Storage;

/// <summary>
/// Groups names by their first characters. All names of a group, and no others, start with its prefix. Only the groups are kept in memory, not
/// the names.
/// </summary>
/// <param name="root">What all names start with.</param>
/// <param name="size">The number of names in a group. A name and those that start with it are never divided, however many they are.</param>
internal sealed class CommonPrefixes(string root, int size)
{
    // The prefixes of the last name at which names differ, each one longer than the one below.
    private readonly Stack<Branch> open = new([new Branch(root)]);

    /// <summary>Adds the next name, in ordinal order.</summary>
    public void Add(string name)
    {
        while (!name.StartsWith(open.Peek().Prefix, StringComparison.Ordinal))
        {
            var branch = open.Pop();
            var common = branch.Prefix.AsSpan().CommonPrefixLength(name);
            common -= char.IsHighSurrogate(name[common - 1]) ? 1 : 0; // No request can have half a character.
            if (open.Peek().Prefix.Length < common)
            {
                open.Push(new Branch(branch.Prefix[..common]));
            }

            open.Peek().Add(branch, size);
        }

        if (open.Peek().Prefix != name)
        {
            open.Push(new Branch(name));
        }

        open.Peek().AddItself();
    }

    /// <summary>Returns the prefixes of the groups; null if the names were not in order.</summary>
    public IReadOnlyList<string>? Finish()
    {
        var branch = open.Pop();
        while (open.TryPop(out var parent))
        {
            parent.Add(branch, size);
            branch = parent;
        }

        var groups = branch.GroupsOf(size);
        return groups.Zip(groups.Skip(1)).All(pair => AreApart(pair.First, pair.Second)) ? groups : null;
    }

    private static bool AreApart(string prefix, string next) =>
        string.CompareOrdinal(prefix, next) < 0 && !next.StartsWith(prefix, StringComparison.Ordinal);

    private sealed class Branch(string prefix)
    {
        private readonly List<string> groups = [];
        private int names;
        private bool isName;

        public string Prefix => prefix;

        public void AddItself() => (names, isName) = (names + 1, true);

        public void Add(Branch branch, int size)
        {
            names += branch.names;
            groups.AddRange(branch.GroupsOf(size));
        }

        public List<string> GroupsOf(int size) => isName || names <= size ? [prefix] : groups;
    }
}
