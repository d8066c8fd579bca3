using System.Buffers.Binary;
using System.Text;
using CoFinetune.Training.Tracking.TensorBoard;
using Xunit;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>One message of an event file, read back.</summary>
internal sealed record EventMessage(double WallTime, long Step, string? FileVersion, bool IsStart, IReadOnlyList<(string Tag, float Value)> Scalars);

/// <summary>Reads event files as TensorBoard does: the files of a folder in the order of their names, checksums checked, a restart dropping what came before.</summary>
internal static class EventFiles
{
    /// <summary>The scalars that TensorBoard would show of a folder.</summary>
    public static IReadOnlyList<(long Step, string Tag, float Value)> Shown(string folder)
    {
        var shown = new List<(long Step, string Tag, float Value)>();
        foreach (var message in Directory.GetFiles(folder).Order(StringComparer.Ordinal).SelectMany(file => Read(File.ReadAllBytes(file))))
        {
            if (message.IsStart) shown.RemoveAll(point => point.Step >= message.Step);
            shown.AddRange(message.Scalars.Select(scalar => (message.Step, scalar.Tag, scalar.Value)));
        }
        return shown;
    }

    /// <summary>The messages of a file.</summary>
    public static IReadOnlyList<EventMessage> Read(byte[] file)
    {
        var messages = new List<EventMessage>();
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(MaskedCrc.Of(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file.AsSpan(at + 12, length);
            Assert.Equal(MaskedCrc.Of(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            messages.Add(Message(data.ToArray()));
            at += 16 + length;
        }
        return messages;
    }

    private static EventMessage Message(byte[] data)
    {
        var message = new EventMessage(0, 0, null, false, []);
        foreach (var (field, number, bytes) in Fields(data))
        {
            message = field switch
            {
                1 => message with { WallTime = BitConverter.UInt64BitsToDouble(number) },
                2 => message with { Step = (long)number },
                3 => message with { FileVersion = Encoding.UTF8.GetString(bytes) },
                5 => message with { Scalars = [.. Fields(bytes).Select(value => Scalar(value.Bytes))] },
                7 => message with { IsStart = Fields(bytes).Single() is (1, 1, _) },
                _ => throw new InvalidDataException($"field {field}"),
            };
        }
        return message;
    }

    private static (string Tag, float Value) Scalar(byte[] data)
    {
        var fields = Fields(data).ToDictionary(field => field.Field);
        return (Encoding.UTF8.GetString(fields[1].Bytes), BitConverter.UInt32BitsToSingle((uint)fields[2].Number));
    }

    private static IEnumerable<(int Field, ulong Number, byte[] Bytes)> Fields(byte[] data)
    {
        for (var at = 0; at < data.Length;)
        {
            var key = (int)Varint();
            switch (key & 7)
            {
                case 0:
                    yield return (key >> 3, Varint(), []);
                    break;
                case 1:
                    yield return (key >> 3, BinaryPrimitives.ReadUInt64LittleEndian(data.AsSpan(at)), []);
                    at += 8;
                    break;
                case 5:
                    yield return (key >> 3, BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan(at)), []);
                    at += 4;
                    break;
                default:
                    var length = (int)Varint();
                    yield return (key >> 3, 0, data[at..(at + length)]);
                    at += length;
                    break;
            }

            ulong Varint()
            {
                ulong value = 0;
                for (var shift = 0; ; shift += 7)
                {
                    var next = data[at++];
                    value |= (ulong)(next & 0x7f) << shift;
                    if (next < 0x80) return value;
                }
            }
        }
    }
}
