using CoFinetune.Data.Loading;

namespace CoFinetune.Evaluation.Clips;

/// <summary>The clips that were scored, with all their scores, in the order they came.</summary>
/// <typeparam name="TLabel">What is right: a class index, or several.</typeparam>
internal sealed class ScoredClips<TLabel>
{
    private readonly List<(string Name, TLabel Label, float[] Scores)> _clips = [];
    private readonly List<int> _videos = [];
    private readonly Dictionary<string, int> _videoOf = new(StringComparer.Ordinal);

    /// <summary>Published name, label and a score per class of each clip.</summary>
    public IReadOnlyList<(string Name, TLabel Label, float[] Scores)> Clips => _clips;

    /// <summary>The number of each clip's video; clips cut from one file have the same.</summary>
    public IReadOnlyList<int> Videos => _videos;

    /// <summary>Number of videos.</summary>
    public int VideoCount => _videoOf.Count;

    /// <summary>Adds a clip.</summary>
    public void Add(ClipSample sample, TLabel label, ReadOnlySpan<float> scores)
    {
        var path = sample.Source.VideoPath;
        if (!_videoOf.TryGetValue(path, out var video)) _videoOf[path] = video = _videoOf.Count;
        _videos.Add(video);
        _clips.Add((sample.Source.Name, label, scores.ToArray()));
    }
}
