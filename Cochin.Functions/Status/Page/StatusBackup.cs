namespace Cochin.Functions.Status.Page;

/// <summary>The completed backups of one configuration.</summary>
/// <param name="Bytes">The sizes of all, as far as they are recorded.</param>
/// <param name="Overdue">Whether the newest is older than <c>Cochin__Backups__ExpectedHours</c> allows.</param>
internal sealed record StatusBackup(string Configuration, int Count, DateTime Newest, double NewestAgeSeconds, long Bytes, bool Overdue = false);
