using System.Text.RegularExpressions;
using CoFinetune.Data;
using CoFinetune.Data.Video;
using Microsoft.ML.OnnxRuntime;

namespace CoFinetune.Training.Detectors;

/// <summary>Finds persons in frames with a detector that a user exported to ONNX; ONNX Runtime is loaded with the first one.</summary>
public sealed partial class PersonDetector : IDisposable
{
    /// <summary>Most persons of a frame, the surest first.</summary>
    public const int MostPersons = 100;

    private const int StandardSide = 640;

    // ImageNet's, which DETR's exports leave to the caller.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    private readonly string _path;
    private readonly float _threshold;
    private readonly InferenceSession _session;
    private readonly RunOptions _options = new();
    private readonly DetectionReader _reader;
    private readonly DetectorInput _input;
    private readonly bool _normalises;

    private PersonDetector(string path, int? person, float threshold, InferenceSession session)
    {
        (_path, _threshold, _session) = (path, threshold, session);
        _input = DetectorInput.Of(path, session.InputMetadata, StandardSide);
        _reader = new DetectionReader(path, person, ClassNames(session.ModelMetadata.CustomMetadataMap));
        _normalises = session.OutputMetadata.Keys.Any(name => name.Contains("logits", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Opens a detector.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="person">The class of persons; null takes the one that the file calls so, or the one that is usual for its kind.</param>
    /// <param name="threshold">Least score.</param>
    /// <exception cref="DataException">The file is missing, or no detector that can be run.</exception>
    public static PersonDetector Open(string path, int? person, double threshold)
    {
        if (!File.Exists(path)) throw new DataException(path, 0, Directory.Exists(path) ? "is a folder, no ONNX file" : "no such file");
        InferenceSession? session = null;
        try
        {
            using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
            session = new InferenceSession(path, options);
            return new PersonDetector(path, person, (float)threshold, session);
        }
        catch (Exception cause) when (cause is OnnxRuntimeException or DataException)
        {
            session?.Dispose();
            throw cause as DataException ?? new DataException(path, 0, $"ONNX Runtime cannot open it: {FirstLine(cause)}", "is it an ONNX file, of an opset that ONNX Runtime knows?", cause);
        }
        catch (Exception cause) when (cause is DllNotFoundException or TypeInitializationException or BadImageFormatException)
        {
            throw new DataException(path, 0, $"ONNX Runtime cannot be loaded here: {FirstLine(cause.GetBaseException())}", "name boxes with --boxes instead", cause);
        }
    }

    /// <summary>The persons in a frame of a video, the surest first.</summary>
    /// <param name="decoder">Decodes the frame, scaled to the detector's input.</param>
    /// <param name="path">The video.</param>
    /// <param name="frame">Index of the frame.</param>
    /// <param name="info">The video's size.</param>
    /// <param name="stop">Gives up.</param>
    /// <exception cref="DataException">The frame cannot be decoded, or the detector's outputs are of no known layout.</exception>
    public IReadOnlyList<PersonBox> Find(IVideoDecoder decoder, string path, int frame, VideoInfo info, CancellationToken stop)
    {
        var fit = new LetterBox(info.Height, info.Width, _input.Height, _input.Width);
        var block = decoder.Decode(path, [frame], fit.Height, fit.Width, stop);
        if (block.Count == 0) throw new DataException(path, 0, $"frame {frame} cannot be decoded");
        return Find(block.Pixels.AsSpan(0, fit.Height * fit.Width * 3), fit);
    }

    /// <summary>The persons in a frame that was scaled to fit.</summary>
    internal IReadOnlyList<PersonBox> Find(ReadOnlySpan<byte> frame, LetterBox fit)
    {
        var (boxes, overlapping) = _reader.Read(Run(frame, fit), fit.InputHeight, fit.InputWidth);
        var likely = boxes.Where(box => box.Score >= _threshold && float.IsFinite(box.X1 + box.Y1 + box.X2 + box.Y2));
        var persons = overlapping ? Suppression.Keep(likely, Suppression.Overlap, MostPersons) : likely.OrderByDescending(box => box.Score).Take(MostPersons);
        return [.. persons.Select(person => (Box: fit.ToFrame(person), person.Score)).Where(person => person.Box is not null).Select(person => new PersonBox(person.Box!.Value, [], Math.Min(1, person.Score)))];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _options.Dispose();
        _session.Dispose();
    }

    private List<DetectorOutput> Run(ReadOnlySpan<byte> frame, LetterBox fit)
    {
        var inputs = _input.Fill(frame, fit, _normalises ? Mean : null, _normalises ? Deviation : null);
        try
        {
            using var results = _session.Run(_options, [.. inputs.Keys], [.. inputs.Values], [.. _session.OutputMetadata.Keys]);
            return [.. _session.OutputMetadata.Keys.Zip(results, DetectorOutputs.Read)];
        }
        catch (OnnxRuntimeException cause)
        {
            throw new DataException(_path, 0, $"ONNX Runtime fails on it: {FirstLine(cause)}", "does it take one picture at a time, RGB, channels first?", cause);
        }
        finally
        {
            foreach (var input in inputs.Values) input.Dispose();
        }
    }

    /// <summary>Ultralytics' exports name their classes: <c>{0: 'person', 1: 'bicycle'}</c>.</summary>
    private static Dictionary<int, string> ClassNames(Dictionary<string, string> metadata)
    {
        var names = new Dictionary<int, string>();
        if (metadata.TryGetValue("names", out var text))
            foreach (Match match in NamePattern().Matches(text)) names.TryAdd(int.Parse(match.Groups[1].Value), match.Groups[2].Value);
        return names;
    }

    private static string FirstLine(Exception cause) => cause.Message.Split('\n')[0];

    [GeneratedRegex("""(\d{1,6})['"]?\s*:\s*['"]([^'"]*)['"]""")]
    private static partial Regex NamePattern();
}
