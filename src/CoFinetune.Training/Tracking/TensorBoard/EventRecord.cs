using System.Buffers.Binary;

namespace CoFinetune.Training.Tracking.TensorBoard;

/// <summary>
/// The records of an event file: a TFRecord (uint64 length, its masked checksum, the bytes, their masked checksum, little endian) around a
/// <c>tensorflow.Event</c> message.
/// </summary>
/// <remarks>Source: <c>tensorflow/core/util/event.proto</c>, <c>framework/summary.proto</c> and <c>lib/io/record_writer.cc</c>.</remarks>
internal static class EventRecord
{
    private const string Version = "brain.Event:2";
    private const int Start = 1;                    // SessionLog.SessionStatus

    /// <summary>The first record of a file.</summary>
    public static byte[] FileStart(DateTimeOffset time) => Framed(Event(time, 0).Text(3, Version));

    /// <summary>From here on the run goes on as of <paramref name="step"/>: readers drop what they saw of that step and later ones.</summary>
    public static byte[] SessionStart(DateTimeOffset time, long step) => Framed(Event(time, step).Message(7, new ProtoWriter().Integer(1, Start)));

    /// <summary>Scalars of a step.</summary>
    public static byte[] Scalars(MetricRow row)
    {
        var summary = new ProtoWriter();
        foreach (var (name, value) in row.Values) summary.Message(1, new ProtoWriter().Text(1, name).Float(2, (float)value));
        return Framed(Event(row.Time, row.Step).Message(5, summary));
    }

    private static ProtoWriter Event(DateTimeOffset time, long step)
    {
        var message = new ProtoWriter().Double(1, (time - DateTimeOffset.UnixEpoch).TotalSeconds);
        return step == 0 ? message : message.Integer(2, step);
    }

    private static byte[] Framed(ProtoWriter message)
    {
        var data = message.ToArray();
        var record = new byte[sizeof(ulong) + sizeof(uint) + data.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc.Of(record.AsSpan(0, 8)));
        data.CopyTo(record, 12);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + data.Length), MaskedCrc.Of(data));
        return record;
    }
}
