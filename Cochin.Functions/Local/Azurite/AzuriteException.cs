namespace Cochin.Functions.Local.Azurite;

/// <summary>The storage emulator can't be had or started. The message says what happened, the hint what to type.</summary>
internal sealed class AzuriteException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;

    /// <summary>The embedded storage's folder, or something in it, can't be written.</summary>
    public static AzuriteException CannotWrite(string folder, Exception reason) => new(
        $"The embedded storage can't write to {folder}: {reason.Message.TrimEnd('.')}.",
        reason is UnauthorizedAccessException
            ? $"Make the folder yours (sudo chown -R \"$(id -un)\" {folder}), or set CochinStorage to use other storage."
            : "Make room on the disk and check that the folder can be written, or set CochinStorage to use other storage.");

    public static AzuriteException NodeNotFound(string program) => new(
        $"`{program}` was not found; Node.js {AzuritePackage.OldestNode} or later is needed to run the storage emulator.",
        "Install it from https://nodejs.org, or set CochinStorage to use other storage.");
}
