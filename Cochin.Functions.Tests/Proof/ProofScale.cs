namespace Cochin.Functions.Tests.Proof;

/// <summary>How far a proof goes: a part of it with all other tests, the whole with <c>./cochin prove</c>.</summary>
internal static class ProofScale
{
    public static bool IsWhole { get; } = Environment.GetEnvironmentVariable("COCHIN_PROOF") == "whole";

    /// <summary>A number of rounds, points or cases, or a seed's count.</summary>
    public static T Of<T>(T part, T whole) => IsWhole ? whole : part;
}
