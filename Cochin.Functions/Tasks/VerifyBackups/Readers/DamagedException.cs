namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>The content is not valid in its format. The message is a phrase that follows "the backup", e.g. <c>is cut off</c>.</summary>
/// <remarks>A separate type, so that a storage error is never mistaken for damage.</remarks>
internal sealed class DamagedException(string message) : Exception(message);

/// <summary>The content can't be validated completely, but no damage was found. The message is a phrase that follows "the backup".</summary>
internal sealed class UntestedException(string message) : Exception(message);
