namespace Cochin.Functions.Tests;

/// <summary>Parts of the checkout in a folder of their own, to build or change there.</summary>
internal sealed class CheckoutCopy : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("cochin-");

    /// <param name="paths">Files, and folders with all that is in them but what was built.</param>
    public CheckoutCopy(params string[] paths)
    {
        foreach (var path in paths)
        {
            var source = System.IO.Path.Combine(ProjectRoot.Path, path);
            if (Directory.Exists(source))
            {
                CopyFolder(new DirectoryInfo(source), System.IO.Path.Combine(Path, path));
            }
            else
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.Combine(Path, path))!);
                File.Copy(source, System.IO.Path.Combine(Path, path));
            }
        }
    }

    public string Path => folder.FullName;

    public string Resolve(params string[] path) => System.IO.Path.Combine([Path, .. path]);

    public void Dispose() => folder.Delete(recursive: true);

    private static void CopyFolder(DirectoryInfo source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (var file in source.EnumerateFiles())
        {
            file.CopyTo(System.IO.Path.Combine(target, file.Name));
        }

        foreach (var child in source.EnumerateDirectories().Where(child => child.Name is not ("bin" or "obj")))
        {
            CopyFolder(child, System.IO.Path.Combine(target, child.Name));
        }
    }
}
