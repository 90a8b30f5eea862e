namespace Cochin.Functions.Cli;

/// <summary>The folder with <c>local.settings.json</c>, <c>package.json</c> and <c>.azurite/</c>.</summary>
internal static class ProjectFolder
{
    /// <summary>What the launcher says, else the checkout around the program, else the current folder.</summary>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("COCHIN_ROOT") is { Length: > 0 } root)
        {
            return root;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cochin.sln")))
            {
                return folder.FullName;
            }
        }

        return Directory.GetCurrentDirectory();
    }
}
