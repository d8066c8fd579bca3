using System.Globalization;
using System.Runtime.InteropServices;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Boxes with a class and a score at keyframes, in order: predictions, or ground truth in the form the official evaluator reads
/// it.</summary>
public sealed class ScoredBoxes
{
    private readonly KeyframeTable _keyframes = new();
    private readonly List<ScoredBox> _rows;

    /// <summary>An empty table.</summary>
    /// <param name="source">The file it stands for, for messages.</param>
    /// <param name="capacity">Rows to make room for.</param>
    public ScoredBoxes(string source, int capacity = 0)
    {
        Source = source;
        _rows = new List<ScoredBox>(capacity);
    }

    /// <summary>The file it stands for.</summary>
    public string Source { get; }

    /// <summary>Number of rows that hold a box.</summary>
    public int Count => _rows.Count;

    /// <summary>Every keyframe that is named, by number, with or without boxes.</summary>
    public IReadOnlyList<KeyframeMention> Keyframes => _keyframes.Mentions;

    /// <summary>The rows in order.</summary>
    internal ReadOnlySpan<ScoredBox> Rows => CollectionsMarshal.AsSpan(_rows);

    /// <summary>Adds one box with the score of every class, in the order of <paramref name="labels"/>.</summary>
    /// <remarks>Numbers are taken as their shortest decimal form reads, so that the written file scores exactly as this table
    /// does.</remarks>
    /// <param name="video">The movie's id.</param>
    /// <param name="timestamp">The keyframe's time, as the annotations write it.</param>
    /// <param name="box">The box, in fractions of the image.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="scores">One finite score per class.</param>
    /// <exception cref="ArgumentException">The timestamp is no number, or the number of scores is wrong.</exception>
    public void Add(string video, string timestamp, Box box, LabelMap labels, ReadOnlySpan<float> scores)
    {
        if (scores.Length != labels.Count) throw new ArgumentException($"{scores.Length} scores for {labels.Count} classes", nameof(scores));
        var keyframe = _keyframes.Add(video, timestamp);
        double x1 = AsWritten(box.X1), y1 = AsWritten(box.Y1), x2 = AsWritten(box.X2), y2 = AsWritten(box.Y2);
        for (var i = 0; i < scores.Length; i++)
            _rows.Add(new ScoredBox(keyframe, labels.Classes[i].Id, x1, y1, x2, y2, AsWritten(scores[i])));
    }

    /// <summary>Adds the current row of a csv: <c>video,timestamp,x1,y1,x2,y2,class</c>, then a score or nothing, or only a
    /// keyframe.</summary>
    /// <exception cref="DataException">The row is broken.</exception>
    internal void Add(scoped in CsvReader row)
    {
        if (row.Count is not (2 or 7 or 8))
        {
            throw row.Error(
                $"{row.Count} columns, expected video,timestamp,x1,y1,x2,y2,action_id,score",
                "without the score it is 1; a row of two columns names a keyframe without boxes");
        }
        var keyframe = _keyframes.Add(row);
        if (row.Count == 2) return;
        double x1 = row.Number(2, "x1"), y1 = row.Number(3, "y1"), x2 = row.Number(4, "x2"), y2 = row.Number(5, "y2");
        if (row[6].IsEmpty) throw row.Error("action id (column 7) is empty", "only files of person boxes may leave it empty: is this one?");
        _rows.Add(new ScoredBox(keyframe, row.Integer(6, "action id"), x1, y1, x2, y2, row.Count == 8 ? row.Number(7, "score") : 1));
    }

    /// <summary>Adds the rows of <paramref name="next"/>, which follow these in the file.</summary>
    internal void Add(ScoredBoxes next)
    {
        int[] numbers = [.. next.Keyframes.Select(_keyframes.Add)];
        var count = _rows.Count;
        CollectionsMarshal.SetCount(_rows, count + next.Count);
        var rows = CollectionsMarshal.AsSpan(_rows)[count..];
        var added = next.Rows;
        for (var i = 0; i < added.Length; i++) rows[i] = added[i] with { Keyframe = numbers[added[i].Keyframe] };
    }

    private static double AsWritten(float value)
    {
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture);
        return double.Parse(text[..length], NumberStyles.Float, CultureInfo.InvariantCulture);
    }
}
