namespace Cochin.Functions.Cli;

/// <summary>The folder with <c>local.settings.json</c>, <c>package.json</c> and <c>.azurite/</c>.</summary>
internal static class ProjectFolder
{
    /// <summary>Returns <c>COCHIN_ROOT</c> (set by the launcher), otherwise the checkout that contains the program, otherwise the current folder.</summary>
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
