namespace CoFinetune.Data.Video;

/// <summary>Where each frame of a file is: its time, and the keyframe that decoding has to begin with.</summary>
/// <remarks>Frames are numbered in the order in which they are shown. Times are in the stream's own unit and taken from its packets.</remarks>
internal sealed class FrameIndex
{
    private const byte Version = 1;

    private readonly long _first;
    private readonly long _step;                               // 0 when unevenly spaced
    private readonly long[] _times;                            // empty when evenly spaced, or not known
    private readonly (long Time, long DecodingTime)[] _keys;

    private FrameIndex(VideoInfo info, bool byTime, long first, long step, long[] times, (long, long)[] keys) =>
        (Info, ByTime, _first, _step, _times, _keys) = (info, byTime, first, step, times, keys);

    /// <summary>Displayed size, rate and number of frames.</summary>
    public VideoInfo Info { get; }

    /// <summary>Whether frames are found by their time; otherwise they are counted from the start of the file.</summary>
    public bool ByTime { get; }

    /// <summary>Keyframes; 0 when frames are counted.</summary>
    public int KeyCount => _keys.Length;

    /// <summary>An index whose frames are found by their time.</summary>
    /// <param name="info">Size, rate and number of frames.</param>
    /// <param name="times">Presentation time of each frame, ascending and distinct.</param>
    /// <param name="keys">Presentation and decoding times of the keyframes, ascending.</param>
    public static FrameIndex OfTimes(VideoInfo info, long[] times, (long Time, long DecodingTime)[] keys)
    {
        var step = times.Length > 1 ? times[1] - times[0] : 1;
        var even = times.Index().All(frame => frame.Item == times[0] + frame.Index * step);
        return new(info, true, times[0], even ? step : 0, even ? [] : times, keys);
    }

    /// <summary>An index that can only count.</summary>
    public static FrameIndex OfCount(VideoInfo info) => new(info, false, 0, 0, [], []);

    /// <summary>Presentation time of a frame.</summary>
    public long TimeOf(int frame) => _step > 0 ? _first + frame * _step : _times[frame];

    /// <summary>The last keyframe shown at <paramref name="time"/> or before; -1 when there is none.</summary>
    public int KeyAt(long time)
    {
        var (low, high) = (0, _keys.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_keys[middle].Time <= time) low = middle + 1;
            else high = middle;
        }
        return low - 1;
    }

    /// <summary>Presentation and decoding time of a keyframe.</summary>
    public (long Time, long DecodingTime) Key(int key) => _keys[key];

    /// <summary>Writes the index for another process.</summary>
    public void Write(BinaryWriter to)
    {
        to.Write(Version);
        to.Write(Info.Width);
        to.Write(Info.Height);
        to.Write(Info.FrameRate);
        to.Write(Info.FrameCount);
        to.Write(ByTime);
        to.Write(_first);
        to.Write(_step);
        to.Write(_times.Length);
        foreach (var time in _times) to.Write(time);
        to.Write(_keys.Length);
        foreach (var (time, decoding) in _keys)
        {
            to.Write(time);
            to.Write(decoding);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    /// <exception cref="EndOfStreamException">It ends too early.</exception>
    public static FrameIndex Read(BinaryReader from)
    {
        if (from.ReadByte() != Version) throw new InvalidDataException("not a frame index of this version");
        var info = new VideoInfo(from.ReadInt32(), from.ReadInt32(), from.ReadDouble(), from.ReadInt32());
        var (byTime, first, step) = (from.ReadBoolean(), from.ReadInt64(), from.ReadInt64());
        var times = new long[Length(8)];
        for (var i = 0; i < times.Length; i++) times[i] = from.ReadInt64();
        var keys = new (long, long)[Length(16)];
        for (var i = 0; i < keys.Length; i++) keys[i] = (from.ReadInt64(), from.ReadInt64());
        var sound = info is { Width: > 0, Height: > 0, FrameRate: > 0, FrameCount: > 0 } && double.IsFinite(info.FrameRate)
            && step >= 0 && (!byTime || step > 0 || times.Length == info.FrameCount);
        return sound ? new(info, byTime, first, step, times, keys) : throw new InvalidDataException("not a sound frame index");

        int Length(int bytes)
        {
            var length = from.ReadInt32();
            return length >= 0 && length <= (from.BaseStream.Length - from.BaseStream.Position) / bytes ? length : throw new EndOfStreamException();
        }
    }
}
