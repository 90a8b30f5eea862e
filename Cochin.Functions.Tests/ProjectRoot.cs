namespace Cochin.Functions.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class ProjectRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder.FullName, "Cochin.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests must run inside the checkout.");
        }

        return folder.FullName;
    }
}
