using System.Globalization;

namespace Cochin.Functions.Status.Page;

/// <summary>Numbers as people read them.</summary>
internal static class PageWords
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    public static string Bytes(long bytes)
    {
        var unit = 0;
        var size = (double)bytes;
        while (size >= 1024 && unit < Units.Length - 1)
        {
            size /= 1024;
            unit++;
        }

        return size.ToString(unit == 0 || size >= 100 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>How long something took.</summary>
    public static string Duration(double milliseconds) => milliseconds switch
    {
        < 1_000 => Number(milliseconds, "0") + " ms",
        < 10_000 => Number(milliseconds / 1_000, "0.0") + " s",
        < 60_000 => Number(milliseconds / 1_000, "0") + " s",
        < 3_600_000 => $"{Number(Math.Floor(milliseconds / 60_000), "0")} min {Number(Math.Floor(milliseconds / 1_000 % 60), "0")} s",
        _ => $"{Number(Math.Floor(milliseconds / 3_600_000), "N0")} h {Number(Math.Floor(milliseconds / 60_000 % 60), "0")} min",
    };

    /// <summary>How long ago something was, in one unit.</summary>
    public static string Age(double seconds) => seconds switch
    {
        < 90 => $"{Number(seconds, "0")} s",
        < 90 * 60 => $"{Number(seconds / 60, "0")} min",
        < 36 * 3_600 => $"{Number(seconds / 3_600, "0")} h",
        _ => $"{Number(seconds / 86_400, "N0")} days",
    };

    public static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(int count, string one, string many) => $"{Number(count)} {(count == 1 ? one : many)}";

    private static string Number(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
