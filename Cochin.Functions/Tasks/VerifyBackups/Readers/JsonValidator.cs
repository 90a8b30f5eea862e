using System.Buffers;
using System.Collections;
using System.Text.Unicode;

namespace Cochin.Functions.Tasks.VerifyBackups.Readers;

/// <summary>Tests that a text is exactly one JSON document. .NET's reader holds each string in memory, which here may be as large as the backup.</summary>
/// <remarks>RFC 8259.</remarks>
internal sealed class JsonValidator
{
    /// <summary>How deep values may lie in each other.</summary>
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

    /// <exception cref="DamagedException">It is not a JSON document, or more than one.</exception>
    public static async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var reader = new ForwardReader(stream);
        var test = new JsonValidator();
        if (await reader.PeekAsync(3, cancellationToken).ConfigureAwait(false) && reader.Next(3) is [0xEF, 0xBB, 0xBF])
        {
            reader.Advance(3);
            test.position = 3;
        }

        // Up to 4 bytes may be one character, so that many more are wanted; at the end there are none.
        while (await reader.PeekAsync(4, cancellationToken).ConfigureAwait(false) || reader.Window.Length > 0)
        {
            var window = reader.Window;
            var whole = window.Length >= 4 ? WholeCharacters(window.Span) : window.Length;
            test.Add(window.Span[..whole]);
            reader.Advance(whole);
        }

        test.End();
    }

    private static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        // A character has at most three bytes after its first.
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
                throw new DamagedException($"is not JSON: byte {position + i} does not belong there");
            }
        }

        position += text.Length;
    }

    private void End()
    {
        if (depth > 0 || state is not (State.AfterValue or State.Zero or State.Digits or State.Fraction or State.ExponentDigits))
        {
            throw new DamagedException(position == 0 ? "is not JSON: it is empty" : $"is cut off: its JSON has no end (after {position} bytes)");
        }
    }

    private bool Accept(byte next) => state switch
    {
        State.Value or State.FirstElement or State.FirstKey or State.Key or State.Colon or State.AfterValue => " \t\r\n"u8.Contains(next) || AcceptToken(next),
        State.String => AcceptInString(next),
        State.Escape => next == 'u' ? Go(State.Hex, hex: 4) : "\"\\/bfnrt"u8.Contains(next) && Go(State.String),
        State.Hex => char.IsAsciiHexDigit((char)next) && (--hexLeft > 0 || Go(State.String)),
        State.Literal => literal[literalAt] == next && (++literalAt < literal.Length || Go(State.AfterValue)),
        _ => AcceptInNumber(next),
    };

    private bool AcceptToken(byte next) => (state, (char)next) switch
    {
        (State.FirstElement, ']') or (State.FirstKey, '}') => Close(isEndOfObject: next == '}'),
        (State.AfterValue, ']' or '}') => Close(isEndOfObject: next == '}'),
        (State.AfterValue, ',') => depth > 0 && Go(isObject[depth - 1] ? State.Key : State.Value),
        (State.FirstKey or State.Key, '"') => BeginString(key: true),
        (State.Colon, ':') => Go(State.Value),
        (State.Value or State.FirstElement, var first) => BeginValue(first),
        _ => false,
    };

    private bool BeginValue(char first) => first switch
    {
        '"' => BeginString(key: false),
        '{' => Open(State.FirstKey),
        '[' => Open(State.FirstElement),
        '-' => Go(State.Minus),
        '0' => Go(State.Zero),
        >= '1' and <= '9' => Go(State.Digits),
        't' => BeginLiteral("rue"u8),
        'f' => BeginLiteral("alse"u8),
        'n' => BeginLiteral("ull"u8),
        _ => false,
    };

    private bool AcceptInString(byte next) => next switch
    {
        (byte)'"' => Go(isKey ? State.Colon : State.AfterValue),
        (byte)'\\' => Go(State.Escape),
        _ => next >= ' ',
    };

    private bool AcceptInNumber(byte next) => (state, (char)next) switch
    {
        (State.Minus, '0') => Go(State.Zero),
        (State.Minus, >= '1' and <= '9') => Go(State.Digits),
        (State.Digits or State.Fraction or State.ExponentDigits, >= '0' and <= '9') => true,
        (State.Zero or State.Digits, '.') => Go(State.Point),
        (State.Point, >= '0' and <= '9') => Go(State.Fraction),
        (State.Zero or State.Digits or State.Fraction, 'e' or 'E') => Go(State.Exponent),
        (State.Exponent, '+' or '-') => Go(State.ExponentSign),
        (State.Exponent or State.ExponentSign, >= '0' and <= '9') => Go(State.ExponentDigits),
        (State.Zero or State.Digits or State.Fraction or State.ExponentDigits, _) => Go(State.AfterValue) && Accept(next),
        _ => false,
    };

    private bool BeginString(bool key)
    {
        isKey = key;
        return Go(State.String);
    }

    private bool BeginLiteral(ReadOnlySpan<byte> rest)
    {
        (literal, literalAt) = (rest.ToArray(), 0);
        return Go(State.Literal);
    }

    private bool Open(State next)
    {
        isObject[depth] = next == State.FirstKey;
        return ++depth < MaxDepth ? Go(next) : throw new UntestedException($"has JSON that is nested more than {MaxDepth} deep, which is not tested");
    }

    private bool Close(bool isEndOfObject) => depth > 0 && isObject[--depth] == isEndOfObject && Go(State.AfterValue);

    private bool Go(State next, int hex = 0)
    {
        (state, hexLeft) = (next, hex);
        return true;
    }
}
