using CoFinetune.Data;

namespace CoFinetune.Training.Detectors;

/// <summary>Finds the persons in a detector's outputs, whichever of the usual layouts they have.</summary>
/// <param name="model">The detector's file, for messages.</param>
/// <param name="person">The class of persons; null takes the layout's.</param>
/// <param name="classNames">The classes as the file names them, by id; empty where it does not.</param>
internal sealed class DetectionReader(string model, int? person, IReadOnlyDictionary<int, string> classNames)
{
    private const int CocoClasses = 80;
    private const float FractionsReach = 2;                    // a box that lies below two pixels of the input is given in fractions of it

    /// <summary>All boxes whose best class is the person, of whatever score.</summary>
    /// <param name="outputs">The outputs for one frame.</param>
    /// <param name="height">Rows of the input.</param>
    /// <param name="width">Columns of the input.</param>
    /// <returns>The boxes, and whether weaker ones of the same person are among them.</returns>
    /// <exception cref="DataException">The layout is not known.</exception>
    public (List<Candidate> Boxes, bool Overlapping) Read(IReadOnlyList<DetectorOutput> outputs, int height, int width)
    {
        var layout = LayoutOf(outputs, height, width);
        var boxes = layout switch
        {
            DetectorLayout.ClassScores or DetectorLayout.ObjectScores => Columns(Single(outputs), layout == DetectorLayout.ObjectScores, height, width),
            DetectorLayout.Rows => Rows(Single(outputs), 6, 0, 5, 4),
            DetectorLayout.ImageRows => Rows(Single(outputs), 7, 1, 5, 6),
            DetectorLayout.Triple => Triple(outputs),
            DetectorLayout.Logits => Logits(outputs, height, width),
        };
        if (layout != DetectorLayout.Logits && boxes.Count > 0 && boxes.Max(box => Math.Max(box.X2, box.Y2)) <= FractionsReach)
            boxes = [.. boxes.Select(box => new Candidate(box.X1 * width, box.Y1 * height, box.X2 * width, box.Y2 * height, box.Score))];
        return (boxes, layout is DetectorLayout.ClassScores or DetectorLayout.ObjectScores);
    }

    /// <summary>How the boxes are given.</summary>
    /// <exception cref="DataException">In no way that is known.</exception>
    public DetectorLayout LayoutOf(IReadOnlyList<DetectorOutput> outputs, int height, int width)
    {
        if (outputs.Count >= 2 && outputs.Any(output => output.Named("logits")) && outputs.Any(output => output.Named("boxes"))) return DetectorLayout.Logits;
        if (TryTriple(outputs) is not null) return DetectorLayout.Triple;
        if (outputs.Count >= 1 && outputs[0].Shape.Count is 2 or 3)
        {
            var shape = outputs[0].Shape;
            var (rows, columns) = (shape[^2], shape[^1]);
            // The places that YOLO looks at, strides 8, 16 and 32; version 5 looks three times.
            var places = height * width / 64 + height * width / 256 + height * width / 1024;
            var known = classNames.Count > 0;
            var channels = Math.Min(rows, columns);
            if (shape.Count == 3 && shape[0] == 1)
            {
                if (Fits(places, 4)) return DetectorLayout.ClassScores;
                if (Fits(3 * places, 5) || Fits(places, 5)) return DetectorLayout.ObjectScores;
            }
            if (columns is 6 or 7 && outputs.Count == 1) return columns == 6 ? DetectorLayout.Rows : DetectorLayout.ImageRows;
            if (shape.Count == 3 && shape[0] == 1 && channels >= 5)
                return known && channels == classNames.Count + 5 || !known && (channels == CocoClasses + 5 || channels != CocoClasses + 4 && columns < rows)
                    ? DetectorLayout.ObjectScores
                    : DetectorLayout.ClassScores;

            // A side of as many places, and on the other one the classes after these many.
            bool Fits(int count, int before) => Math.Max(rows, columns) == count && channels > before
                && (known ? channels == classNames.Count + before : before == 4 ? channels != CocoClasses + 5 : count != places || channels == CocoClasses + 5);
        }
        throw new DataException(
            model, 0, $"its outputs are of no known layout: {string.Join("; ", outputs)}",
            "known are [1, 4 or 5 + classes, N] and its transpose, [N, 6] and [N, 7] after suppression, boxes + labels + scores, and DETR's logits + pred_boxes");
    }

    private static DetectorOutput Single(IReadOnlyList<DetectorOutput> outputs) => outputs[0];

    private int Person(int otherwise)
    {
        if (person is { } given) return given;
        foreach (var (id, name) in classNames)
            if (name.Equals("person", StringComparison.OrdinalIgnoreCase)) return id;
        return otherwise;
    }

    private List<Candidate> Columns(DetectorOutput output, bool objects, int height, int width)
    {
        var (rows, columns) = (output.Shape[^2], output.Shape[^1]);
        var first = objects ? 5 : 4;
        var places = height * width / 64 + height * width / 256 + height * width / 1024;
        // Places lie along the side that has as many; else the channels are the ones that the class names count, or the shorter side.
        var across = columns == places || columns == 3 * places || (rows != places && rows != 3 * places && (classNames.Count > 0 ? rows == classNames.Count + first : rows <= columns));
        var (channels, count) = across ? (rows, columns) : (columns, rows);
        var wanted = Class(Person(0), channels - first);
        var boxes = new List<Candidate>();
        for (var n = 0; n < count; n++)
        {
            var best = first;
            for (var c = first + 1; c < channels; c++)
                if (At(n, c) > At(n, best)) best = c;
            if (best - first != wanted) continue;
            var score = At(n, best) * (objects ? At(n, 4) : 1);
            boxes.Add(FromCenter(At(n, 0), At(n, 1), At(n, 2), At(n, 3), score));
        }
        return boxes;

        float At(int n, int channel) => across ? output.Values[channel * columns + n] : output.Values[n * columns + channel];
    }

    private List<Candidate> Rows(DetectorOutput output, int columns, int box, int label, int score)
    {
        var wanted = Person(0);
        var boxes = new List<Candidate>();
        for (var at = 0; at + columns <= output.Values.Length; at += columns)
        {
            var row = output.Values.AsSpan(at, columns);
            if ((int)row[label] == wanted) boxes.Add(new(row[box], row[box + 1], row[box + 2], row[box + 3], row[score]));
        }
        return boxes;
    }

    private List<Candidate> Triple(IReadOnlyList<DetectorOutput> outputs)
    {
        var (corners, labels, scores) = TryTriple(outputs)!.Value;
        // torchvision counts its classes from the background, Detectron2 («classes») and RT-DETR do not.
        var wanted = Person(labels.Named("class") || outputs.Count > 3 || corners.Shape.Count == 3 ? 0 : 1);
        var boxes = new List<Candidate>();
        for (var n = 0; n < scores.Values.Length; n++)
            if ((int)labels.Values[n] == wanted) boxes.Add(new(corners.Values[n * 4], corners.Values[n * 4 + 1], corners.Values[n * 4 + 2], corners.Values[n * 4 + 3], scores.Values[n]));
        return boxes;
    }

    private static (DetectorOutput Boxes, DetectorOutput Labels, DetectorOutput Scores)? TryTriple(IReadOnlyList<DetectorOutput> outputs)
    {
        var boxes = outputs.FirstOrDefault(output => output.Shape.Count is 2 or 3 && output.Shape[^1] == 4 && !output.Whole);
        if (boxes is null) return null;
        var flat = outputs.Where(output => output != boxes && output.Values.Length == boxes.Values.Length / 4 && output.Shape.Count is 1 or 2).ToList();
        var labels = flat.FirstOrDefault(output => output.Named("label", "class")) ?? flat.FirstOrDefault(output => output.Whole);
        var scores = flat.FirstOrDefault(output => output != labels && output.Named("score", "conf")) ?? flat.FirstOrDefault(output => output != labels && !output.Whole);
        return labels is null || scores is null ? null : (boxes, labels, scores);
    }

    private List<Candidate> Logits(IReadOnlyList<DetectorOutput> outputs, int height, int width)
    {
        var logits = outputs.First(output => output.Named("logits"));
        var centers = outputs.First(output => output.Named("boxes"));
        var classes = logits.Shape[^1];
        // DETR: a softmax whose last class is nothing, over COCO's ids, which begin at 1; its successors: sigmoids over 80 classes from 0.
        var nothing = classes != CocoClasses && classes != classNames.Count;
        var wanted = Class(Person(nothing ? 1 : 0), nothing ? classes - 1 : classes);
        var boxes = new List<Candidate>();
        for (var n = 0; n < logits.Values.Length / classes; n++)
        {
            var row = logits.Values.AsSpan(n * classes, classes);
            var best = row.IndexOf(System.Numerics.Tensors.TensorPrimitives.Max(row));
            if (best != wanted) continue;
            var sum = 0.0;
            foreach (var logit in row) sum += Math.Exp(logit - row[best]);
            var score = nothing ? 1 / sum : 1 / (1 + Math.Exp(-row[best]));
            var box = centers.Values.AsSpan(n * 4, 4);
            boxes.Add(FromCenter(box[0] * width, box[1] * height, box[2] * width, box[3] * height, (float)score));
        }
        return boxes;
    }

    private int Class(int wanted, int count) => wanted < count
        ? wanted
        : throw new DataException(model, 0, $"has {count} classes, from 0 to {count - 1}, and so no class {wanted}", "`--detector-class` says which one is the person");

    private static Candidate FromCenter(float x, float y, float width, float height, float score) =>
        new(x - width / 2, y - height / 2, x + width / 2, y + height / 2, score);
}
