namespace Cochin.Functions.Local.Azurite;

/// <summary>The storage emulator can't be installed, started or used.</summary>
internal sealed class AzuriteException(string message, string hint) : Exception(message)
{
    /// <summary>What to do next.</summary>
    public string Hint { get; } = hint;

    /// <summary>The folder of the embedded storage, or a file in it, can't be written.</summary>
    public static AzuriteException CannotWrite(string folder, Exception reason) => new(
        $"The embedded storage can't write to {folder}: {reason.Message.TrimEnd('.')}.",
        reason is UnauthorizedAccessException
            ? $"Change the owner of the folder (sudo chown -R \"$(id -un)\" {folder}), or set CochinStorage to use other storage."
            : "Check the free disk space and the permissions of the folder, or set CochinStorage to use other storage.");

    public static AzuriteException NodeNotFound(string program) => new(
        $"`{program}` was not found; Node.js {AzuritePackage.MinNodeVersion} or later is needed to run the storage emulator.",
        "Install it from https://nodejs.org, or set CochinStorage to use other storage.");
}
