using System.Text;

namespace Cochin.Functions.Cli;

/// <summary>Reports a failed write to standard output as <see cref="OutputException"/>, and ignores one to standard error.</summary>
internal static class StandardStreams
{
    /// <summary>Replaces <see cref="Console.Out"/> and <see cref="Console.Error"/>.</summary>
    public static void Guard()
    {
        Console.SetOut(new GuardedWriter(Console.Out, OutputFailed));
        Console.SetError(new GuardedWriter(Console.Error, static _ => null)); // There is nowhere else to report it.
    }

    private static OutputException OutputFailed(Exception reason) => new(reason.InnerException?.Message ?? reason.Message);

    private sealed class GuardedWriter(TextWriter inner, Func<Exception, Exception?> failed) : TextWriter
    {
        public override Encoding Encoding => inner.Encoding;

        public override void Write(char value) => Guard(() => inner.Write(value));

        public override void Write(string? value) => Guard(() => inner.Write(value));

        public override void Write(char[] buffer, int index, int count) => Guard(() => inner.Write(buffer, index, count));

        public override void WriteLine(string? value) => Guard(() => inner.WriteLine(value));

        public override void Flush() => Guard(inner.Flush);

        private void Guard(Action write)
        {
            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) // A closed stream throws the latter.
            {
                if (failed(e) is { } error)
                {
                    throw error;
                }
            }
        }
    }
}

/// <summary>Standard output can't be written.</summary>
internal sealed class OutputException(string reason) : Exception($"The result can't be written to standard output: {reason.TrimEnd('.')}.")
{
    public const string Hint = "Free some disk space, or redirect the output: ./cochin … > FILE. Changes already made by the command remain.";
}
