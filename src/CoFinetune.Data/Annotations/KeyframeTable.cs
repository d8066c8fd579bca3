using System.Globalization;

namespace CoFinetune.Data.Annotations;

/// <summary>Gives every keyframe of a file a number from 0, in order of first mention.</summary>
public sealed class KeyframeTable
{
    private readonly Dictionary<Keyframe, int> _indices = [];
    private readonly Dictionary<string, string> _videos = new(StringComparer.Ordinal);
    private readonly List<KeyframeMention> _mentions = [];
    private byte[] _lastVideo = [];
    private byte[] _lastTimestamp = [];
    private int _lastIndex = -1;

    /// <summary>The keyframes by number.</summary>
    public IReadOnlyList<KeyframeMention> Mentions => _mentions;

    /// <summary>The number of <paramref name="keyframe"/>, or -1.</summary>
    public int IndexOf(Keyframe keyframe) => _indices.GetValueOrDefault(keyframe, -1);

    /// <summary>The number of the keyframe that columns 1 and 2 of <paramref name="row"/> name, new or known.</summary>
    /// <exception cref="DataException">The video id is empty, or the timestamp is no number of seconds.</exception>
    public int Add(scoped in CsvReader row)
    {
        // Files list a keyframe's rows together, so most rows name the keyframe of the row before.
        ReadOnlySpan<byte> video = row[0], timestamp = row[1];
        if (_lastIndex >= 0 && video.SequenceEqual(_lastVideo) && timestamp.SequenceEqual(_lastTimestamp)) return _lastIndex;
        if (video.Trim((byte)' ').IsEmpty) throw row.Error("the video id (column 1) is empty");
        var index = Add(Interned(row.Text(0).Trim(' ')), Seconds(row), row.Text(1).Trim(' '), row.Line);
        (_lastVideo, _lastTimestamp, _lastIndex) = (video.ToArray(), timestamp.ToArray(), index);
        return index;
    }

    /// <summary>The number of the keyframe at <paramref name="timestamp"/> of <paramref name="video"/>, new or known.</summary>
    /// <exception cref="ArgumentException">The timestamp is no number.</exception>
    public int Add(string video, string timestamp) =>
        TryAdd(video, timestamp, 0, out var index) ? index : throw new ArgumentException($"'{timestamp}' is no number of seconds", nameof(timestamp));

    /// <summary>The number of a keyframe that another table numbers, new or known.</summary>
    public int Add(KeyframeMention mention) => Add(mention.Keyframe with { Video = Interned(mention.Keyframe.Video) }, mention.Timestamp, mention.Line);

    /// <summary>The number of the keyframe at <paramref name="timestamp"/> of <paramref name="video"/>, new or known; false when the timestamp
    /// is no number of seconds.</summary>
    internal bool TryAdd(string video, string timestamp, int line, out int index)
    {
        var valid = double.TryParse(timestamp, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) && seconds is >= 0 and <= Keyframe.MaxSeconds;
        index = valid ? Add(Interned(video), seconds, timestamp, line) : -1;
        return valid;
    }

    private int Add(string video, double seconds, string timestamp, int line) => Add(Keyframe.At(video, seconds), timestamp, line);

    private int Add(Keyframe keyframe, string timestamp, int line)
    {
        if (!_indices.TryGetValue(keyframe, out var index))
        {
            index = _mentions.Count;
            _indices.Add(keyframe, index);
            _mentions.Add(new KeyframeMention(keyframe, timestamp, line));
        }
        return index;
    }

    private string Interned(string video)
    {
        _videos.TryAdd(video, video);
        return _videos[video];
    }

    private static double Seconds(scoped in CsvReader row)
    {
        double seconds;
        try
        {
            seconds = row.Number(1, "timestamp");
        }
        catch (DataException) when (row.Line == 1)
        {
            throw row.Error($"timestamp (column 2) is '{row.Text(1)}', expected seconds", "AVA files have no header line");
        }
        return seconds is >= 0 and <= Keyframe.MaxSeconds
            ? seconds
            : throw row.Error($"timestamp (column 2) is '{row.Text(1)}', expected seconds from the start of the movie");
    }
}
