namespace Cochin.Functions.Storage.Azurite;

/// <summary>The storage emulator can't be had or started. The message says what happened, the hint what to type.</summary>
internal sealed class AzuriteException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
