using System.Buffers;
using System.Collections;
using System.Text.Unicode;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>
/// Checks that a text is exactly one JSON document. <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c> are accepted, because Python writes and reads them.
/// </summary>
/// <remarks>RFC 8259. The .NET reader keeps whole strings in memory, and a string may be as large as the backup.</remarks>
internal sealed class JsonValidator
{
    /// <summary>The maximum nesting depth.</summary>
    public const int MaxDepth = 100_000;

    private static readonly SearchValues<byte> Special = SearchValues.Create([.. Enumerable.Range(0, 32).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    private readonly BitArray isObject = new(MaxDepth);
    private State state = State.Value;
    private int depth;
    private long position;
    private bool isKey;
    private int hexLeft;
    private byte[] literal = [];
    private int literalAt;

    private enum State
    {
        Value, FirstElement, FirstKey, Key, Colon, AfterValue, String, Escape, Hex, Literal,
        Minus, Zero, Digits, Point, Fraction, Exponent, ExponentSign, ExponentDigits,
    }

    /// <exception cref="DamagedException">The text is not a single JSON document.</exception>
    public static async Task ValidateAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        var validator = new JsonValidator();
        if (await reader.PeekAsync(3, cancellationToken).ConfigureAwait(false) && reader.Next(3) is [0xEF, 0xBB, 0xBF])
        {
            reader.Advance(3);
            validator.position = 3;
        }

        // A character has up to 4 bytes, so 4 are requested. At the end there may be fewer.
        while (await reader.PeekAsync(4, cancellationToken).ConfigureAwait(false) || reader.Window.Length > 0)
        {
            var window = reader.Window;
            var whole = window.Length >= 4 ? WholeCharacters(window.Span) : window.Length;
            validator.Add(window.Span[..whole]);
            reader.Advance(whole);
        }

        validator.End();
    }

    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        // A character has at most three bytes after the first.
        for (var back = 1; back <= 4; back++)
        {
            if (text[^back] is >= 0xC0 and var first)
            {
                return back < (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2) ? text.Length - back : text.Length;
            }

            if (text[^back] < 0x80)
            {
                break;
            }
        }

        return text.Length;
    }

    private void Add(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            throw new DamagedException($"is not JSON: it has bytes that are not UTF-8, after byte {position}");
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (state == State.String)
            {
                var plain = text[i..].IndexOfAny(Special);
                i = plain < 0 ? text.Length : i + plain;
                if (plain < 0)
                {
                    break;
                }
            }

            if (!Accept(text[i]))
            {
                throw new DamagedException($"is not JSON: unexpected byte at {position + i}");
            }
        }

        position += text.Length;
    }

    private void End()
    {
        if (depth > 0 || state is not (State.AfterValue or State.Zero or State.Digits or State.Fraction or State.ExponentDigits))
        {
            throw new DamagedException(position == 0 ? "is not JSON: it is empty" : $"is cut off: its JSON does not end (after {position} bytes)");
        }
    }

    private bool Accept(byte next) => state switch
    {
        State.Value or State.FirstElement or State.FirstKey or State.Key or State.Colon or State.AfterValue => " \t\r\n"u8.Contains(next) || AcceptToken(next),
        State.String => AcceptInString(next),
        State.Escape => next == 'u' ? MoveTo(State.Hex, hex: 4) : "\"\\/bfnrt"u8.Contains(next) && MoveTo(State.String),
        State.Hex => char.IsAsciiHexDigit((char)next) && (--hexLeft > 0 || MoveTo(State.String)),
        State.Literal => literal[literalAt] == next && (++literalAt < literal.Length || MoveTo(State.AfterValue)),
        _ => AcceptInNumber(next),
    };

    private bool AcceptToken(byte next) => (state, (char)next) switch
    {
        (State.FirstElement, ']') or (State.FirstKey, '}') => Close(isEndOfObject: next == '}'),
        (State.AfterValue, ']' or '}') => Close(isEndOfObject: next == '}'),
        (State.AfterValue, ',') => depth > 0 && MoveTo(isObject[depth - 1] ? State.Key : State.Value),
        (State.FirstKey or State.Key, '"') => BeginString(key: true),
        (State.Colon, ':') => MoveTo(State.Value),
        (State.Value or State.FirstElement, var first) => BeginValue(first),
        _ => false,
    };

    private bool BeginValue(char first) => first switch
    {
        '"' => BeginString(key: false),
        '{' => Open(State.FirstKey),
        '[' => Open(State.FirstElement),
        '-' => MoveTo(State.Minus),
        '0' => MoveTo(State.Zero),
        >= '1' and <= '9' => MoveTo(State.Digits),
        't' => BeginLiteral("rue"u8),
        'f' => BeginLiteral("alse"u8),
        'n' => BeginLiteral("ull"u8),
        'N' => BeginLiteral("aN"u8),
        'I' => BeginLiteral("nfinity"u8),
        _ => false,
    };

    private bool AcceptInString(byte next) => next switch
    {
        (byte)'"' => MoveTo(isKey ? State.Colon : State.AfterValue),
        (byte)'\\' => MoveTo(State.Escape),
        _ => next >= ' ',
    };

    private bool AcceptInNumber(byte next) => (state, (char)next) switch
    {
        (State.Minus, '0') => MoveTo(State.Zero),
        (State.Minus, >= '1' and <= '9') => MoveTo(State.Digits),
        (State.Minus, 'I') => BeginLiteral("nfinity"u8),
        (State.Digits or State.Fraction or State.ExponentDigits, >= '0' and <= '9') => true,
        (State.Zero or State.Digits, '.') => MoveTo(State.Point),
        (State.Point, >= '0' and <= '9') => MoveTo(State.Fraction),
        (State.Zero or State.Digits or State.Fraction, 'e' or 'E') => MoveTo(State.Exponent),
        (State.Exponent, '+' or '-') => MoveTo(State.ExponentSign),
        (State.Exponent or State.ExponentSign, >= '0' and <= '9') => MoveTo(State.ExponentDigits),
        (State.Zero or State.Digits or State.Fraction or State.ExponentDigits, _) => MoveTo(State.AfterValue) && Accept(next),
        _ => false,
    };

    private bool BeginString(bool key)
    {
        isKey = key;
        return MoveTo(State.String);
    }

    private bool BeginLiteral(ReadOnlySpan<byte> rest)
    {
        (literal, literalAt) = (rest.ToArray(), 0);
        return MoveTo(State.Literal);
    }

    private bool Open(State next)
    {
        isObject[depth] = next == State.FirstKey;
        return ++depth < MaxDepth ? MoveTo(next) : throw new UntestedException($"has JSON nested more than {MaxDepth} levels deep, which is not checked");
    }

    private bool Close(bool isEndOfObject) => depth > 0 && isObject[--depth] == isEndOfObject && MoveTo(State.AfterValue);

    private bool MoveTo(State next, int hex = 0)
    {
        (state, hexLeft) = (next, hex);
        return true;
    }
}
