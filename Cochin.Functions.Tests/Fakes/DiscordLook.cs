using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Cochin.Functions.Notifications;
using Cochin.Functions.Notifications.Discord;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>
/// Draws cards about as Discord's dark theme does, for people to look at. Of the markup it knows what our messages use: code, and escaped signs.
/// </summary>
internal static partial class DiscordLook
{
    private const string Style = """
        body{margin:0;padding:16px;background:#313338;color:#dbdee1;font:14px/1.35 "Noto Sans",Helvetica,Arial,sans-serif}
        .card{background:#2b2d31;border-left:4px solid;border-radius:4px;max-width:488px;padding:10px 14px 12px;margin:0 0 10px;overflow-wrap:anywhere}
        h2{font-size:15px;margin:2px 0 6px;color:#f2f3f5} p{margin:0 0 8px;white-space:pre-line}
        dl{display:grid;grid-template-columns:repeat(3,1fr);gap:8px;margin:0} dl div.wide{grid-column:1/-1}
        dt{font-weight:600;color:#f2f3f5;font-size:13px} dd{margin:2px 0 0;white-space:pre-line} footer{font-size:11px;color:#949ba4;margin-top:8px}
        code{background:#1e1f22;border-radius:3px;padding:1px 4px;font:12px "DejaVu Sans Mono",monospace}
        """;

    public static string Page(IEnumerable<Card> cards)
    {
        var html = new StringBuilder($"<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>Discord</title><style>{Style}</style><main>");
        foreach (var card in cards.Select(DiscordFormatter.Write))
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<article class=\"card\" style=\"border-color:#{card.Color:x6}\"><h2>{Text(card.Title)}</h2><p>{Text(card.Description)}</p><dl>");
            foreach (var field in card.Fields)
            {
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<div{(field.Inline ? "" : " class=\"wide\"")}><dt>{Text(field.Name)}</dt><dd>{Text(field.Value)}</dd></div>");
            }

            html.Append(CultureInfo.InvariantCulture, $"</dl><footer>{WebUtility.HtmlEncode(card.Footer.Text)}</footer></article>");
        }

        return html.Append("</main></html>").ToString();
    }

    private static string Text(string text) => Escape().Replace(Code().Replace(WebUtility.HtmlEncode(text), "<code>$1</code>"), "$1");

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex(@"\\([^\w\s])")]
    private static partial Regex Escape();
}
