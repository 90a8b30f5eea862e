using Cochin.Functions.Network;

namespace Cochin.Functions.Storage;

/// <summary>
/// Something in between answered instead of the storage. To the clients a kind of broken connection: they try again.
/// </summary>
internal sealed class ForeignAnswerException(int status, string? contentType, string through)
    : IOException($"{(AnswerText.IsHtml(contentType?.Split(';')[0]) ? "a web page" : "something else")} answered instead of the storage{through} ({status})");
