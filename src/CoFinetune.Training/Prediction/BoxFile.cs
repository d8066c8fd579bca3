using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;

namespace CoFinetune.Training.Prediction;

/// <summary>A user's file of person boxes: which of them belong to a video, and where in it.</summary>
public sealed class BoxFile
{
    private readonly string _path;
    private readonly double _offset;
    private readonly ILookup<string, AnnotatedKeyframe> _videos;

    /// <summary>Reads the file; see <see cref="AvaPersonBoxes.ReadWithOrWithoutScores"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threshold">Least score of a person.</param>
    /// <param name="offset">What its timestamps call the start of each video, in seconds.</param>
    /// <exception cref="DataException">The file is missing, broken or empty.</exception>
    public BoxFile(string path, double threshold, double offset)
    {
        (_path, _offset) = (path, offset);
        _videos = AvaPersonBoxes.ReadWithOrWithoutScores(path, threshold).ToLookup(keyframe => keyframe.Mention.Keyframe.Video, StringComparer.Ordinal);
        if (_videos.Count == 0) throw new DataException(path, 0, "holds no boxes");
    }

    /// <summary>The boxes of a video: those that bear its name, with or without the extension, or those of the only video of the file where only one is asked for.</summary>
    /// <param name="video">The video.</param>
    /// <param name="data">How the run takes seconds for frames.</param>
    /// <param name="only">Whether it is the only video.</param>
    /// <exception cref="DataException">The file has none for it, or none within its length.</exception>
    public VideoPersons Of(PredictionVideo video, DatasetConfig data, bool only)
    {
        var notes = new List<string>();
        var names = new[] { video.Name, Path.GetFileName(video.Path) };
        var name = names.FirstOrDefault(_videos.Contains);
        if (name is null && only && _videos.Count == 1)
        {
            name = _videos.First().Key;
            notes.Add($"{_path} is about '{name}' alone, which is taken for {video.Name}");
        }
        if (name is null)
        {
            throw new DataException(
                _path, 0, $"has no boxes for '{video.Name}'; it is about {string.Join(", ", _videos.Take(5).Select(other => $"'{other.Key}'"))}{(_videos.Count > 5 ? ", …" : "")}",
                "column 1 names the video as its file, without the extension");
        }
        var all = _videos[name].Select(keyframe => (keyframe.Mention.Timestamp, Seconds: keyframe.Mention.Keyframe.Seconds - _offset, keyframe.Persons)).OrderBy(keyframe => keyframe.Seconds).ToList();
        // The second of grace that validation gives.
        var length = video.Length(data);
        var inside = all.Where(keyframe => keyframe.Seconds >= 0 && keyframe.Seconds <= length + 1).ToList();
        var outside = string.Create(CultureInfo.InvariantCulture, $"{all.Count - inside.Count} of its {all.Count} times for '{name}' (from {all[0].Timestamp} to {all[^1].Timestamp}) lie outside of the video, which is {length:0.###} s long");
        if (inside.Count == 0) throw new DataException(_path, 0, outside, $"do they count from elsewhere? `--offset {all[0].Timestamp}` says what the file's start is called");
        if (inside.Count < all.Count) notes.Add($"{_path}: {outside}; they are left out");
        return new(name, inside, notes);
    }
}
