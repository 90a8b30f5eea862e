using System.Text;

namespace Cochin.Functions.Cli;

/// <summary>Makes a failed write to standard output an error with a plain message, and one to standard error no error at all.</summary>
internal static class StandardStreams
{
    /// <summary>Replaces <see cref="Console.Out"/> and <see cref="Console.Error"/>, so that everything that writes to them is covered.</summary>
    public static void Guard()
    {
        Console.SetOut(new GuardedWriter(Console.Out, OutputFailed));
        Console.SetError(new GuardedWriter(Console.Error, static _ => null)); // There is no other place for a message.
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
            catch (Exception e) when (e is IOException or UnauthorizedAccessException) // The second is a closed stream.
            {
                if (failed(e) is { } error)
                {
                    throw error;
                }
            }
        }
    }
}

/// <summary>Standard output takes no more.</summary>
internal sealed class OutputException(string reason) : Exception($"The result can't be written to standard output: {reason.TrimEnd('.')}.")
{
    public const string Hint = "Make room if it goes to a full disk, or send it elsewhere: ./cochin … > FILE. Changes that the command already made stay.";
}
