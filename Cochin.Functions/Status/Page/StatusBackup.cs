namespace Cochin.Functions.Status.Page;

/// <summary>The completed backups of one configuration.</summary>
/// <param name="Count">How many are good: those of 0 bytes are not.</param>
/// <param name="Newest">Null if there is none.</param>
/// <param name="Bytes">The sizes of all, as far as they are recorded.</param>
/// <param name="Overdue">Whether the newest is older than <c>Cochin__Backups__ExpectedHours</c> allows, or one is expected and there is none.</param>
/// <param name="Empty">How many have 0 bytes, or a size that can't be read.</param>
internal sealed record StatusBackup(
    string Configuration, int Count, DateTime? Newest, double? NewestAgeSeconds, long Bytes, bool Overdue = false, int Empty = 0);
