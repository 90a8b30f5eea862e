namespace Cochin.Functions.Status.Page;

/// <summary>Markup that needs no escaping, as it was made by this program.</summary>
internal readonly record struct Html(string Markup);
