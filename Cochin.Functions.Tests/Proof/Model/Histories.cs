using CsCheck;

namespace Cochin.Functions.Tests.Proof.Model;

/// <summary>Random histories, each from a seed of its own.</summary>
internal static class Histories
{
    private static readonly Gen<StepKind> Kinds = Gen.Frequency(
        (4, Gen.Const(StepKind.BeginOperation)),
        (2, Gen.Const(StepKind.Heartbeat)),
        (3, Gen.Const(StepKind.FinishOperation)),
        (1, Gen.Const(StepKind.CancelOperation)),
        (8, Gen.Const(StepKind.UploadTemporary)),
        (3, Gen.Const(StepKind.UploadBackup)),
        (2, Gen.Const(StepKind.DeleteBlob)),
        (1, Gen.Const(StepKind.LeaseBlob)),
        (1, Gen.Const(StepKind.ReleaseBlob)),
        (3, Gen.Const(StepKind.PutQuote)),
        (1, Gen.Const(StepKind.StopQuote)),
        (6, Gen.Const(StepKind.Tick)),
        (5, Gen.Const(StepKind.Run)),
        (1, Gen.Const(StepKind.DryRun)),
        (5, Gen.Const(StepKind.Death)),
        (9, Gen.Const(StepKind.Wait)),
        (1, Gen.Const(StepKind.SetClock)));

    private static readonly Gen<Step[]> Steps =
        Gen.Select(Kinds, Gen.Int[0, 59], Gen.Int[0, 59], Gen.Int[0, 59]).Select((kind, a, b, c) => new Step(kind, a, b, c)).Array[20, 45];

    public static Step[] FromSeed(uint seed) => Steps.Generate(new PCG(1, seed), null, out _);
}
