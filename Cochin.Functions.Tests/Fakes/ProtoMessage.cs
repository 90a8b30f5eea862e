using System.Buffers.Binary;
using System.Text;

namespace Cochin.Functions.Tests.Fakes;

/// <summary>A message in the wire format of Protocol Buffers, read by field numbers.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding/; the numbers are those of https://github.com/open-telemetry/opentelemetry-proto.</remarks>
internal sealed class ProtoMessage
{
    private readonly List<(int Number, ulong Value, byte[] Bytes)> fields = [];

    public ProtoMessage(ReadOnlySpan<byte> wire)
    {
        while (!wire.IsEmpty)
        {
            var key = Varint(ref wire);
            var number = (int)(key >> 3);
            switch (key & 7)
            {
                case 0:
                    fields.Add((number, Varint(ref wire), []));
                    break;
                case 1:
                    fields.Add((number, BinaryPrimitives.ReadUInt64LittleEndian(wire), []));
                    wire = wire[8..];
                    break;
                case 2:
                    var length = (int)Varint(ref wire);
                    fields.Add((number, 0, wire[..length].ToArray()));
                    wire = wire[length..];
                    break;
                case 5:
                    fields.Add((number, BinaryPrimitives.ReadUInt32LittleEndian(wire), []));
                    wire = wire[4..];
                    break;
                default:
                    throw new InvalidDataException($"Wire type {key & 7} is none of Protocol Buffers.");
            }
        }
    }

    /// <summary>The messages at the end of a way of field numbers, through all that repeats.</summary>
    public IEnumerable<ProtoMessage> All(params int[] way) =>
        way is [var number, .. var rest] ? Fields(number).SelectMany(field => new ProtoMessage(field.Bytes).All(rest)) : [this];

    public string Text(int number) => Encoding.UTF8.GetString(Bytes(number));

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number));

    public long Whole(int number) => (long)Fields(number).Select(field => field.Value).LastOrDefault();

    public double Real(int number) => BitConverter.Int64BitsToDouble(Whole(number));

    /// <summary>The <c>KeyValue</c>s in a repeated field, values as text.</summary>
    public IReadOnlyDictionary<string, string> Attributes(int number) =>
        All(number).ToDictionary(pair => pair.Text(1), pair => pair.All(2).Single().AnyValue());

    private string AnyValue() => fields is [var field] ? field.Number switch
    {
        1 => Text(1),
        2 => field.Value == 1 ? "true" : "false",
        3 => $"{(long)field.Value}",
        4 => $"{BitConverter.UInt64BitsToDouble(field.Value)}",
        _ => "?",
    }
    : "";

    private byte[] Bytes(int number) => Fields(number).Select(field => field.Bytes).LastOrDefault() ?? [];

    private IEnumerable<(int Number, ulong Value, byte[] Bytes)> Fields(int number) => fields.Where(field => field.Number == number);

    private static ulong Varint(ref ReadOnlySpan<byte> wire)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = wire[0];
            wire = wire[1..];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
