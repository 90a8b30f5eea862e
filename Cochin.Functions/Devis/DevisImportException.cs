namespace Cochin.Functions.Devis;

/// <summary>A file can't be imported at all; nothing was changed.</summary>
internal sealed class DevisImportException(string message, string hint) : Exception(message)
{
    public string Hint { get; } = hint;
}
