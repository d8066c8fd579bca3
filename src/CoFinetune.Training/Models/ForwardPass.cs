// B clips, R boxes, K classes, D width
using CoFinetune.Models;
using CoFinetune.Models.Ops;
using CoFinetune.Models.Weights;
using CoFinetune.Models.Weights.Files;
using static TorchSharp.torch;

namespace CoFinetune.Training.Models;

/// <summary>A model run on stored clips, to be compared with the program that its weights came from.</summary>
public static class ForwardPass
{
    private const string BoxesName = "boxes";

    /// <summary>
    /// <c>logits</c> (<c>logits.NAME</c> of each head where there are several), <c>tokens</c> after the final norm (VideoMAE's before it, which
    /// comes after their mean; <c>tokens_normed</c> after it), <c>pooled</c>; new tensors on the CPU.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="clips">float <c>[B, T, H, W, 3]</c>.</param>
    /// <param name="boxes"><c>[R, 5]</c>: clip, x1, y1, x2, y2 in fractions of the frame, clips in ascending order; null where no head scores boxes.</param>
    /// <param name="batch">Clips of one pass.</param>
    public static IReadOnlyList<(string Name, Tensor Tensor)> Run(LoadedModel model, Tensor clips, Tensor? boxes, int batch)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var parts = new Dictionary<string, List<Tensor>>();
        for (var first = 0; first < clips.size(0); first += batch)
        {
            var count = (int)Math.Min(batch, clips.size(0) - first);
            var some = clips.narrow(0, first, count);
            foreach (var (name, values) in model.Model.Trunk.Sequences(some)) Add(name, values);
            var grid = model.Model.Trunk.forward(some);
            Add("pooled", grid.Pooled);
            var slices = model.Config.Heads.Select((head, index) => (head.Key, Slice: new ModelSlice(
                index, 0, count, head.Value.Head.TakesBoxes ? BoxesOf(boxes, first, count) : null))).Where(head => !TakesNone(model, head.Key, boxes)).ToList();
            var logits = model.Model.Score(grid, [.. slices.Select(head => head.Slice)]);
            foreach (var ((name, _), values) in slices.Zip(logits)) Add(model.Config.Heads.Count == 1 ? "logits" : $"logits.{name}", values);
        }
        return [.. parts.Select(part => (part.Key, cat(part.Value, 0).MoveToOuterDisposeScope()))];

        void Add(string name, Tensor values)
        {
            if (!parts.TryGetValue(name, out var list)) parts.Add(name, list = []);
            list.Add(values);
        }
    }

    /// <summary>The stored boxes; null when there are none.</summary>
    /// <exception cref="WeightsException">They are no boxes of these clips.</exception>
    public static Tensor? BoxesIn(WeightFile file, int clips)
    {
        if (!file.Contains(BoxesName)) return null;
        var entry = file.Entry(BoxesName);
        if (entry.Shape is not [_, 5]) throw new WeightsException(file.Path, $"'{BoxesName}' is {entry.ShapeText}; each row is clip, x1, y1, x2, y2 in fractions of the frame");
        using var scope = NewDisposeScope();
        var boxes = file.Read(BoxesName).to_type(float32);
        var owners = boxes.select(1, 0).data<float>().ToArray();
        if (owners.Any(clip => clip < 0 || clip >= clips || clip != MathF.Floor(clip)) || owners.Zip(owners.Skip(1)).Any(pair => pair.First > pair.Second))
            throw new WeightsException(file.Path, $"'{BoxesName}' must name clips 0 to {clips - 1} in ascending order");
        if (!boxes.isfinite().all().item<bool>()) throw new WeightsException(file.Path, $"'{BoxesName}' holds a number that is not finite");
        return boxes.MoveToOuterDisposeScope();
    }

    private static bool TakesNone(LoadedModel model, string head, Tensor? boxes) => boxes is null && model.Config.Heads[head].Head.TakesBoxes;

    private static RoiBoxes? BoxesOf(Tensor? boxes, int first, int count)
    {
        if (boxes is null) return null;
        var rows = boxes.data<float>().ToArray().Chunk(5).Where(row => row[0] >= first && row[0] < first + count).ToList();
        return new RoiBoxes([.. rows.SelectMany(row => row[1..])], [.. Enumerable.Range(first, count).Select(clip => rows.Count(row => (int)row[0] == clip))]);
    }
}
