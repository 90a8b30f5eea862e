namespace Cochin.Functions.Tests.Proof.Crashes;

internal enum CrashMoment
{
    /// <summary>The request was written, and never got to the server.</summary>
    BeforeSent,

    /// <summary>The server did what was asked, and the answer was never read.</summary>
    BeforeRead,
}
