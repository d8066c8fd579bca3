using System.Globalization;
using System.Text.Json;

namespace CoFinetune.Data.Annotations;

/// <summary>Detected persons in COCO's json, as VideoMAE and AlphAction keep them: <c>{image_id, bbox: [x, y, width, height], score, category_id}</c>
/// with boxes in pixels.</summary>
/// <remarks>
/// Either a list of detections, whose image ids another file explains, or one object with <c>images</c> and <c>annotations</c>. An image
/// says <c>id</c>, <c>width</c>, <c>height</c>, and which keyframe it is: <c>movie</c> and <c>timestamp</c>, or a <c>file_name</c> (<c>img_path</c>)
/// of the form <c>video/0902.jpg</c>. Categories other than 1, COCO's person, are passed over; a missing score is 1.
/// </remarks>
internal static class CocoPersonBoxes
{
    private const double MaxSide = 1 << 16;

    /// <exception cref="DataException">The file is broken, or an image is not known.</exception>
    public static IReadOnlyList<AnnotatedKeyframe> Read(string path, ReadOnlySpan<byte> text, double threshold, string? images)
    {
        var cursor = new JsonCursor(path, text);
        cursor.Next();
        var isList = cursor.Token == JsonTokenType.StartArray;
        if (isList && images is null)
        {
            throw new DataException(
                path, 1, "is a list of detections, which does not say what its images are", "set `box_images` to the COCO file with `images`, or merge both into one");
        }
        var known = isList || images is not null ? CocoImage.ReadAll(images!, AnnotationFile.ReadAll(images!)) : CocoImage.ReadAll(path, text);
        var persons = new PersonCollector();
        if (isList) Detections(ref cursor, persons, known, threshold);
        else
        {
            var found = false;
            cursor.RequireObject("the file");
            while (cursor.Key() is { } key)
            {
                if (key is not ("annotations" or "detections"))
                {
                    cursor.Skip();
                    continue;
                }
                found = true;
                Detections(ref cursor, persons, known, threshold);
            }
            if (!found) throw cursor.Error("has no annotations");
        }
        cursor.End();
        return persons.Keyframes();
    }

    private static void Detections(ref JsonCursor cursor, PersonCollector persons, Dictionary<string, CocoImage> images, double threshold)
    {
        cursor.RequireArray("the detections");
        var box = new double[4];
        while (cursor.Item()) Detection(ref cursor, persons, images, threshold, box);
    }

    private static void Detection(ref JsonCursor cursor, PersonCollector persons, Dictionary<string, CocoImage> images, double threshold, double[] box)
    {
        var line = cursor.Line();
        string? image = null;
        var hasBox = false;
        var score = 1.0;
        var category = 1L;
        cursor.RequireObject("a detection");
        while (cursor.Key() is { } key)
        {
            switch (key)
            {
                case "image_id": image = CocoImage.Id(ref cursor); break;
                case "bbox": Box(ref cursor, box); hasBox = true; break;
                case "score": score = cursor.Number("score"); break;
                case "category_id": category = cursor.Whole("category_id"); break;
                default: cursor.Skip(); break;
            }
        }
        if (image is null || !hasBox) throw cursor.Error($"the detection has no {(image is null ? "image_id" : "bbox")}");
        if (score is < 0 or > 1) throw cursor.Error(string.Create(CultureInfo.InvariantCulture, $"score is {score}, expected 0 to 1"));
        if (!images.TryGetValue(image, out var shown)) throw cursor.Error($"image_id {image} is not among the {images.Count} images");
        if (category != 1) return;
        var keyframe = persons.Keyframe(shown.Video, shown.Timestamp, line);
        var (w, h) = (shown.Width, shown.Height);
        if (persons.TryBox(box[0] / w, box[1] / h, (box[0] + box[2]) / w, (box[1] + box[3]) / h, out var person) is { } problem)
            throw cursor.Error(problem, $"bbox is x, y, width and height in pixels of a picture of {w} x {h}");
        if (score >= threshold && !persons.Add(keyframe, person, -1, (float)score)) throw cursor.Error($"the keyframe has more than {PersonCollector.MostPersons} persons");
    }

    private static void Box(ref JsonCursor cursor, double[] box)
    {
        cursor.RequireArray("bbox");
        var count = 0;
        for (; cursor.Item(); count++)
        {
            var value = cursor.Number("bbox");
            if (count < 4) box[count] = Math.Abs(value) <= MaxSide ? value : throw cursor.Error(string.Create(CultureInfo.InvariantCulture, $"bbox holds {value}, which is no pixel"));
        }
        if (count != 4) throw cursor.Error($"bbox has {count} numbers, expected x, y, width and height");
    }
}
