namespace Cochin.Functions.Tasks.SyncDjango.Source;

/// <summary>The application's database can't be used. The message is one or two sentences, with what to do next.</summary>
internal sealed class SourceException(string message, Exception? inner = null) : Exception(message, inner);
