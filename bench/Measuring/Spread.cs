using System.Globalization;

namespace Cochin.Bench.Measuring;

/// <summary>Least, middle and most of some figures.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    public static Spread Of(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return new Spread(sorted[0], (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[^1]);
    }

    /// <summary>As <c>min / median / max</c>.</summary>
    public string Text(string format) => string.Join(" / ", new[] { Min, Median, Max }.Select(figure => figure.ToString(format, CultureInfo.InvariantCulture)));
}
