using Cochin.Functions.Notifications;

namespace Cochin.Functions.Tasks;

/// <summary>What the digest says of a task's work, added up over all runs.</summary>
/// <param name="Caption">The name of the field.</param>
/// <param name="Format">Its text, with a place for each of the numbers; bytes are filled in with their unit.</param>
/// <param name="Numbers">Each is the sum of the numbers in it, all counts or all bytes.</param>
internal sealed record DigestField(Wording Caption, string Format, params IReadOnlyList<IReadOnlyList<TaskNumber>> Numbers);
