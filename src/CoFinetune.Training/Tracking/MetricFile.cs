using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CoFinetune.Data;

namespace CoFinetune.Training.Tracking;

/// <summary>
/// The form of <c>metrics.jsonl</c>: <c>{"step":500,"time":"2026-03-01T12:00:00.000Z","loss":1.5,"loss/ava":0.7}</c>, one object per line.
/// JSON has no NaN and no infinity; both become null.
/// </summary>
internal static class MetricFile
{
    private const int LongestLine = 1 << 24;

    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A row as UTF-8 with its line feed.</summary>
    public static byte[] Line(MetricRow row)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteNumber("step", row.Step);
            json.WriteString("time", row.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            foreach (var (name, value) in row.Values)
            {
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteNull(name);
            }
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    /// <summary>The rows as they are read; a last line that was cut off by a crash, or is being written, is left out.</summary>
    /// <param name="path">The file.</param>
    /// <param name="broken">Told of each line that is no row, which is then passed over; null ends the reading there.</param>
    /// <exception cref="DataException">A line is not a row, and nobody is to be told.</exception>
    public static IEnumerable<MetricRow> Read(string path, Action<DataException>? broken = null)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var names = new MetricNames();
        var buffer = new byte[1 << 16];
        var (number, kept) = (0, 0);
        for (int read; (read = file.Read(buffer, kept, buffer.Length - kept)) > 0;)
        {
            var filled = kept + read;
            var start = 0;
            for (int end; (end = Array.IndexOf(buffer, (byte)'\n', start, filled - start)) >= 0; start = end + 1)
            {
                number++;
                if (Parse(path, number, buffer.AsSpan(start, end - start), names, broken) is { } row) yield return row;
            }
            kept = filled - start;
            buffer.AsSpan(start, kept).CopyTo(buffer);
            if (kept < buffer.Length) continue;
            if (buffer.Length >= LongestLine) throw new DataException(path, number + 1, "not a line of metrics: it does not end", "delete the line");
            Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    /// <summary>Bytes of the first lines of a file, and how many whole lines it has.</summary>
    public static (long Bytes, int Lines) LengthOf(string path, int first)
    {
        var bytes = File.ReadAllBytes(path);
        var (length, lines) = (0L, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '\n' && lines++ < first) length = i + 1;
        }
        return (length, lines);
    }

    private static MetricRow? Parse(string path, int number, ReadOnlySpan<byte> line, MetricNames names, Action<DataException>? broken)
    {
        try
        {
            return Parse(line, names);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            var problem = new DataException(path, number, $"not a line of metrics: {error.Message}", "delete the line", error);
            if (broken is null) throw problem;
            broken(problem);
            return null;
        }
    }

    private static MetricRow Parse(ReadOnlySpan<byte> line, MetricNames names)
    {
        var json = new Utf8JsonReader(line);
        long? step = null;
        DateTimeOffset? time = null;
        var values = new List<KeyValuePair<string, double>>(names.Count);
        json.Read();
        if (json.TokenType != JsonTokenType.StartObject) throw new FormatException("it is no JSON object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var name = names.Of(ref json, values.Count);
            json.Read();
            if (name == "step") step = json.GetInt64();
            else if (name == "time") time = json.GetDateTimeOffset();
            else values.Add(new(name, json.TokenType == JsonTokenType.Null ? double.NaN : json.GetDouble()));
        }
        while (json.Read())
        {
            // What follows the object is a mistake that the reader itself reports.
        }
        if (step is null || time is null) throw new FormatException($"it has no '{(step is null ? "step" : "time")}'");
        return new(step.Value, time.Value, values);
    }
}
