using CoFinetune.Data;

namespace CoFinetune.Evaluation.Ava;

/// <summary>Finds predictions in another form than AVA's: pixels, other box forms, positions in place of ids, scores that rank
/// nothing.</summary>
internal static class OddRows
{
    private const int SampledKeyframes = 500;
    private const int SampledRows = 64;
    private const double Fits = 0.5;

    public static IEnumerable<string> Notes(ScoredBoxes truth, ScoredBoxes detections, LabelMap labels, KeyframePairing pairing, AvaProtocol protocol)
    {
        var rows = detections.Rows;
        if (rows.IsEmpty) return [];
        double least = double.PositiveInfinity, most = double.NegativeInfinity, largest = 0;
        int pixels = 0, lowestId = int.MaxValue, highestId = 0, outside = 0;
        foreach (ref readonly var row in rows)
        {
            (least, most) = (Math.Min(least, row.Score), Math.Max(most, row.Score));
            if (row.X2 > 2 || row.Y2 > 2) pixels++;
            largest = Math.Max(largest, Math.Max(row.X2, row.Y2));
            (lowestId, highestId) = (Math.Min(lowestId, row.ClassId), Math.Max(highestId, row.ClassId));
            if (labels.IndexOfId(row.ClassId) < 0) outside++;
        }
        var notes = new List<string>();
        if (pixels * 2 > rows.Length) notes.Add($"predicted boxes look like pixels, up to {largest:0.#}: AVA's are fractions of width and height");
        else if (OtherForm(truth, detections, pairing) is { } form) notes.Add(form);
        var highest = labels.Classes.Max(c => c.Id);
        if (lowestId == 0) notes.Add("the predictions have an action 0: ids are those of the label map and count from 1");
        else if (outside > 0 && highestId == labels.Count && highest > labels.Count)
            notes.Add($"the predictions have actions {lowestId} to {highestId}, the label map {labels.Count} ids up to {highest}: are they places in the list instead of ids?");
        if (rows.Length > 1 && least == most) notes.Add($"every score is {most}: the ranking is only the order of the rows");
        if (least < 0 || most > 1)
        {
            notes.Add($"scores go from {least:0.####} to {most:0.####}, beyond 0 to 1: each class is ranked all the same"
                + (protocol.Cap is { } cap ? $", but the best {cap} of a keyframe are chosen over all classes" : ""));
        }
        return notes;
    }

    /// <summary>Whether the boxes fit the ground truth only when they are read in another form, on a sample of the keyframes.</summary>
    private static string? OtherForm(ScoredBoxes truth, ScoredBoxes detections, KeyframePairing pairing)
    {
        (string Form, Func<ScoredBox, ScoredBox> Read)[] forms =
        [
            ("x1,y1,x2,y2", box => box),
            ("y1,x1,y2,x2", box => box with { X1 = box.Y1, Y1 = box.X1, X2 = box.Y2, Y2 = box.X2 }),
            ("x1,y1,width,height", box => box with { X2 = box.X1 + box.X2, Y2 = box.Y1 + box.Y2 }),
            ("center x,center y,width,height", box => box with
            {
                X1 = box.X1 - (box.X2 / 2), Y1 = box.Y1 - (box.Y2 / 2), X2 = box.X1 + (box.X2 / 2), Y2 = box.Y1 + (box.Y2 / 2),
            }),
        ];
        var (truthRows, rows) = (new RowsByKeyframe(truth, _ => true), new RowsByKeyframe(detections, _ => true));
        var keyframes = Enumerable.Range(0, pairing.Count).Where(keyframe => pairing.TruthOf(keyframe) != KeyframePairing.NoTruth).ToList();
        var step = Math.Max(1, keyframes.Count / SampledKeyframes);
        var fit = new double[forms.Length];
        var boxes = 0;
        for (var i = 0; i < keyframes.Count; i += step)
        {
            var persons = truthRows[pairing.TruthOf(keyframes[i])];
            var found = rows[keyframes[i]];
            if (persons.IsEmpty) continue;
            foreach (var row in found[..Math.Min(SampledRows, found.Length)])
            {
                boxes++;
                for (var form = 0; form < forms.Length; form++) fit[form] += BestIou(truth, persons, forms[form].Read(detections.Rows[row]));
            }
        }
        var best = Array.IndexOf(fit, fit.Max());
        return boxes > 0 && fit[best] / boxes >= Fits && fit[0] * 2 < fit[best]
            ? $"read as {forms[best].Form} the predicted boxes overlap the ground truth's by {fit[best] / boxes:0.00} on average, as {forms[0].Form} by {fit[0] / boxes:0.00}"
            : null;
    }

    private static double BestIou(ScoredBoxes truth, ReadOnlySpan<int> persons, ScoredBox box)
    {
        var best = 0.0;
        if (!box.HasArea) return best;
        foreach (var person in persons) best = Math.Max(best, box.Iou(truth.Rows[person]));
        return best;
    }
}
