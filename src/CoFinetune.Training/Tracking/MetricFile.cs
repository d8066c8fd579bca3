using System.Globalization;
using System.Text;
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

    /// <summary>The rows and the raw line of each; a last line that was cut off by a crash is left out.</summary>
    /// <exception cref="DataException">Another line is not a row.</exception>
    public static IEnumerable<(MetricRow Row, string Line)> Read(string path)
    {
        var text = File.ReadAllText(path, Encoding.UTF8);
        var number = 0;
        for (int start = 0, end; (end = text.IndexOf('\n', start)) >= 0; start = end + 1)
        {
            number++;
            var line = text[start..end];
            yield return (Parse(path, number, line), line);
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

    private static MetricRow Parse(string path, int number, string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var values = new List<KeyValuePair<string, double>>();
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name is "step" or "time") continue;
                values.Add(new(property.Name, property.Value.ValueKind == JsonValueKind.Null ? double.NaN : property.Value.GetDouble()));
            }
            return new(json.RootElement.GetProperty("step").GetInt64(), json.RootElement.GetProperty("time").GetDateTimeOffset(), values);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new DataException(path, number, $"not a line of metrics: {error.Message}", "delete the line", error);
        }
    }
}
