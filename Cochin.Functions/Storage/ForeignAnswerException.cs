namespace Cochin.Functions.Storage;

/// <summary>
/// Not the storage answered but something in between. To the clients a kind of broken connection: they try again.
/// </summary>
internal sealed class ForeignAnswerException() : IOException("a web page came in place of the storage's answer");
