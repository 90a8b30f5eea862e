namespace Cochin.Bench.Parts;

/// <summary>One run of work that may take several.</summary>
internal sealed record Part(double Seconds, PartEnd End, PartRequests Requests);
