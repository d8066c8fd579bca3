using System.Buffers;
using System.CommandLine;
using System.IO.Enumeration;
using System.Text;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Cli.Commands;

/// <summary><c>checkpoint inspect PATH</c>: what a weight file holds, value by value if asked. Every byte shown was read and checked; libtorch is not loaded.</summary>
internal static class InspectCommand
{
    private const int ValuesPerFlush = 4096;

    public static Command Create(Func<ParseResult, Session> session)
    {
        var path = new Argument<string>("path") { HelpName = "PATH", Description = "A weight file (safetensors, npz, npy, Flax msgpack, PyTorch), a folder with one, a checkpoint or a run" };
        var names = new Option<string[]>("--tensor") { HelpName = "NAME", Description = "Only tensors of this name; * stands for anything, may be given several times" };
        var values = new Option<bool>("--values") { Description = "All values, row by row" };
        var inspect = new Command("inspect", "Tensors of a weight file with type, shape, norm and range") { path, names, values };
        inspect.SetAction(parsed =>
        {
            using var file = WeightFile.Open(Resolve(parsed.GetRequiredValue(path)));
            var figures = Selected(file, parsed.GetValue(names) ?? []).Select(entry => TensorFigures.Of(file, entry)).ToList();
            if (session(parsed).Json) PrintJson(session(parsed).Out, file, figures, parsed.GetValue(values));
            else PrintText(session(parsed).Out, file, figures, parsed.GetValue(values));
            return ExitCodes.Ok;
        });
        return inspect;
    }

    /// <summary>Of a run, the weights of its newest checkpoint.</summary>
    private static string Resolve(string path)
    {
        if (!Directory.Exists(path) || WeightFile.FindInFolder(path) is not null) return path;
        var scan = CheckpointScan.Of(path);
        if (scan.Newest is { } newest) return Path.Combine(newest.Folder, Checkpoint.ModelFile);
        return scan.Damaged.Count == 0 ? path : throw new CheckpointException(path, $"no checkpoint there can be read: {scan.Damaged[0].Problem}", "name another run");
    }

    private static List<WeightEntry> Selected(WeightFile file, string[] patterns)
    {
        if (patterns.Length == 0) return [.. file.Entries];
        if (patterns.FirstOrDefault(pattern => !file.Entries.Any(entry => Matches(pattern, entry))) is { } lost) throw new WeightsException(file.Path, $"has no tensor '{lost}'");
        return [.. file.Entries.Where(entry => patterns.Any(pattern => Matches(pattern, entry)))];
    }

    private static bool Matches(string pattern, WeightEntry entry) => pattern == entry.Name || FileSystemName.MatchesSimpleExpression(pattern, entry.Name, ignoreCase: false);

    private static void PrintText(TextWriter output, WeightFile file, List<TensorFigures> figures, bool withValues)
    {
        var table = new TextTable("tensor", "type", "shape", "norm", "min", "max", "not finite");
        foreach (var f in figures)
            table.Add(Printable(f.Entry.Name), f.Entry.TypeText, f.Entry.ShapeText, $"{f.Norm:g6}", Short(f.Min), Short(f.Max), f.NonFinite > 0 ? $"{f.NonFinite:N0}" : "");
        output.Write(table);
        output.WriteLine($"{figures.Count:N0} tensors, {figures.Sum(f => f.Entry.Count):N0} values, {figures.Sum(f => f.Entry.Bytes):N0} bytes, {file.Format}");
        foreach (var (key, value) in file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var lines = value.TrimEnd('\n').Split('\n').Select(Printable).ToList();
            output.WriteLine(lines.Count == 1 ? $"{Printable(key)}: {lines[0]}" : $"{Printable(key)}:\n  {string.Join("\n  ", lines)}");
        }
        if (!withValues) return;
        foreach (var f in figures)
        {
            output.WriteLine();
            output.WriteLine($"{Printable(f.Entry.Name)} {f.Entry.ShapeText}");
            var column = 0L;
            var columns = f.Entry.Shape.Count > 0 ? Math.Max(1, f.Entry.Shape[^1]) : 1;
            foreach (var value in TensorValues.Texts(file, f.Entry))
            {
                output.Write(column == 0 ? value : $" {value}");
                if (++column < columns) continue;
                output.WriteLine();
                column = 0;
            }
        }
    }

    private static string Short(string? number) => number is null ? "-" : number.Contains('.') || number.Contains('E') ? $"{double.Parse(number):g6}" : number;

    /// <summary>A text out of a file must not steer the terminal.</summary>
    private static string Printable(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : $"{letter}")) : text;

    private static void PrintJson(TextWriter output, WeightFile file, List<TensorFigures> figures, bool withValues)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteNumber("schema_version", 1);
        json.WriteString("path", file.Path);
        json.WriteString("format", file.Format);
        json.WriteNumber("parameters", figures.Sum(f => f.Entry.Count));
        json.WriteNumber("bytes", figures.Sum(f => f.Entry.Bytes));
        json.WriteStartObject("metadata");
        foreach (var (key, value) in file.Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal)) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteStartArray("tensors");
        foreach (var f in figures)
        {
            WriteFigures(json, f);
            if (withValues) WriteValues(json, file, f.Entry);
            json.WriteEndObject();
            Flush();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        Flush();
        output.WriteLine();

        void WriteValues(Utf8JsonWriter json, WeightFile file, WeightEntry entry)
        {
            json.WriteStartArray("values");
            var count = 0L;
            foreach (var value in TensorValues.Texts(file, entry))
            {
                WriteNumber(json, value);
                if (++count % ValuesPerFlush == 0) Flush();
            }
            json.WriteEndArray();
        }

        // A file of any size is printed in little memory.
        void Flush()
        {
            json.Flush();
            output.Write(Encoding.UTF8.GetString(buffer.WrittenSpan));
            buffer.ResetWrittenCount();
        }
    }

    private static void WriteFigures(Utf8JsonWriter json, TensorFigures f)
    {
        json.WriteStartObject();
        json.WriteString("name", f.Entry.Name);
        json.WriteString("dtype", f.Entry.TypeText);
        json.WriteStartArray("shape");
        foreach (var side in f.Entry.Shape) json.WriteNumberValue(side);
        json.WriteEndArray();
        json.WritePropertyName("norm");
        WriteNumber(json, TensorValues.Text(f.Norm));
        json.WritePropertyName("min");
        WriteNumber(json, f.Min);
        json.WritePropertyName("max");
        WriteNumber(json, f.Max);
        json.WriteNumber("nonfinite", f.NonFinite);
        json.WriteString("sha256", f.Sha256);
    }

    /// <summary>JSON has no word for the values that are no numbers: they become text.</summary>
    private static void WriteNumber(Utf8JsonWriter json, string? number)
    {
        if (number is null) json.WriteNullValue();
        else if (number is "nan" or "inf" or "-inf") json.WriteStringValue(number);
        else json.WriteRawValue(number, skipInputValidation: true);
    }
}
