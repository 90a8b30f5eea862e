using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Cochin.Functions.StatusPage;

/// <summary>
/// Writes markup. What stands in a literal is markup; what is put into its holes is data and gets escaped, unless it is
/// <see cref="Html"/>.
/// </summary>
internal sealed class HtmlWriter
{
    private readonly StringBuilder text = new();

    public HtmlWriter Add([InterpolatedStringHandlerArgument("")] ref Hole markup)
    {
        _ = markup;
        return this;
    }

    public Html ToHtml() => new(text.ToString());

    private void Escape(string data)
    {
        foreach (var rune in data.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '>' => text.Append("&gt;"),
                '"' => text.Append("&quot;"),
                '\'' => text.Append("&#39;"),
                _ => text.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune),
            };
        }
    }

    [InterpolatedStringHandler]
    internal readonly ref struct Hole
    {
        private readonly HtmlWriter writer;

        public Hole(int literalLength, int formattedCount, HtmlWriter writer)
        {
            this.writer = writer;
            writer.text.EnsureCapacity(writer.text.Length + literalLength + (formattedCount * 16));
        }

        public void AppendLiteral(string markup) => writer.text.Append(markup);

        public void AppendFormatted(string? data) => writer.Escape(data ?? "");

        public void AppendFormatted(Html markup) => writer.text.Append(markup.Markup);

        public void AppendFormatted(int number) => writer.text.Append(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number) => writer.text.Append(number.ToString("0.##", CultureInfo.InvariantCulture));
    }
}
