namespace CoFinetune.Data.Video.Native;

/// <summary>Decodes the wanted frames of a file, and no more of the others than these need.</summary>
/// <remarks>
/// For each stretch of wanted frames behind one keyframe it seeks to that keyframe, decodes until the last wanted packet is in, lets pictures
/// be skipped that nobody refers to, and recognises the wanted ones by their time, which is exact whatever the container rounds.
/// Where the container has no exact times it decodes from the start of the file and counts.
/// </remarks>
internal sealed unsafe class FrameExtractor : IDisposable
{
    private readonly FrameIndex _index;
    private readonly int[] _frames;
    private readonly bool[] _got;
    private readonly byte* _pixels;
    private readonly Action _between;
    private readonly VideoFile _file;
    private readonly StreamDecoder _decoder;
    private readonly FrameScaler _scaler;
    private readonly bool _seeksByDecodingTime;
    private int _key = -1;                                     // the last keyframe that was read

    private FrameExtractor(string path, FrameIndex index, IReadOnlyList<int> frames, int height, int width, byte* pixels, Action between)
    {
        (_index, _frames, _got, _between) = (index, [.. frames], new bool[frames.Count], between);
        _pixels = pixels;
        _file = VideoFile.Open(LibavLibraries.Newest, path, analyse: false);
        _seeksByDecodingTime = _file.Container.Contains("mp4", StringComparison.Ordinal);
        try
        {
            _decoder = new(LibavLibraries.Newest, path, _file.CodecId, _file.Parameters);
            _scaler = new(LibavLibraries.Newest, _file.Orientation, height, width);
        }
        catch
        {
            _decoder?.Dispose();
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Decodes some frames.</summary>
    /// <param name="path">The file.</param>
    /// <param name="index">Its index.</param>
    /// <param name="frames">Frame indices, ascending, distinct and inside the file.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="pixels">Takes one picture per index, and <see cref="FrameScaler.Slack"/> bytes more.</param>
    /// <param name="between">Called between packets; throws to give up.</param>
    /// <exception cref="DataException">A frame cannot be decoded.</exception>
    public static void Run(string path, FrameIndex index, IReadOnlyList<int> frames, int height, int width, byte* pixels, Action between)
    {
        var shown = Pass(frames);
        if (shown == 0) return;
        // The file ends a little earlier than it says: its last frame stands for those after it.
        Pass([.. frames.Select(frame => Math.Min(frame, shown - 1))]);

        // Frames there are, where frames are counted and some are missing at the end; otherwise 0.
        int Pass(IReadOnlyList<int> wanted)
        {
            using var extractor = new FrameExtractor(path, index, wanted, height, width, pixels, between);
            if (index.ByTime) extractor.ByTime();
            else if (extractor.ByCount() is > 0 and var end) return end;
            extractor.CheckComplete(path, frames);
            return 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _scaler.Dispose();
        _decoder.Dispose();
        _file.Dispose();
    }

    private void ByTime()
    {
        // A packet without a picture takes the one before it; there are few, and nobody complains of them.
        for (var attempt = VideoLimits.MissingFrames(0); ; attempt--)
        {
            for (var from = 0; from < _frames.Length;)
            {
                var key = _index.KeyAt(_index.TimeOf(_frames[from]));
                var to = from + 1;
                while (to < _frames.Length && _index.KeyAt(_index.TimeOf(_frames[to])) == key) to++;
                DecodeStretch(key, from, to);
                from = to;
            }
            if (attempt == 0 || LibavLog.Any || !_got.Contains(false)) return;
            for (var i = 0; i < _frames.Length; i++)
                if (!_got[i] && _frames[i] > 0) _frames[i]--;
        }
    }

    // Pictures just behind a keyframe may lean on the stretch before it, which is then decoded as well. So it is where «keyframes» are places
    // at which a picture that is renewed bit by bit begins its round (intra refresh).
    private void DecodeStretch(int key, int from, int to)
    {
        for (var back = 1; ; back *= 4)
        {
            GoTo(key);
            var clean = Decode(key, from, to);
            if (key <= 0 || (clean && !_got.AsSpan(from, to - from).Contains(false))) return;
            _got.AsSpan(from, to - from).Clear();
            key = Math.Max(0, key - back);
        }
    }

    // Afterwards the packet that was read last is keyframe `key`, or an earlier one.
    private void GoTo(int key)
    {
        if (key < 0)
        {
            _file.Seek(long.MinValue);
            _file.Read();
            return;
        }
        if (key == _key + 1 && ReadUpTo(key)) return;
        for (var before = key; before >= 0; before--)
        {
            var (time, decodingTime) = _index.Key(before);
            if (_file.Seek(_seeksByDecodingTime && decodingTime != VideoFile.NoTime ? decodingTime : time) && ReadUpTo(key)) return;
        }
        throw _file.Broken("cannot be sought", 0);
    }

    // False when the file stands behind the keyframe already.
    private bool ReadUpTo(int key)
    {
        var (time, _) = _index.Key(key);
        while (_file.Read())
        {
            _between();
            if (_file.IsKey && _file.Time == time)
            {
                _key = key;
                return true;
            }
            if (_file.IsKey && _file.Time > time) return false;
        }
        return false;
    }

    // False when the keyframe turned out not to be one.
    private bool Decode(int key, int from, int to)
    {
        var begin = key < 0 ? VideoFile.NoTime : _index.Key(key).Time;
        var proven = begin < _index.TimeOf(0);                 // a hidden keyframe does not show
        var (clean, last) = (true, to - from);
        for (var first = true; last > 0; first = false)
        {
            _between();
            var wanted = Slot(_file.Time, from, to) >= 0;
            if (wanted) last--;
            _decoder.Send(_file.Packet, wanted || first);
            clean = Take(from, to, begin, ref proven);
            if (!clean || last == 0 || !_file.Read()) break;
            if (_file.IsKey) _key = Math.Max(_key, _index.KeyAt(_file.Time));
        }
        _decoder.Send(0, wanted: true);
        clean = clean && Take(from, to, begin, ref proven);
        _decoder.Flush();
        return clean;
    }

    // False when a picture shows that decoding did not begin with a true keyframe.
    private bool Take(int from, int to, long begin, ref bool proven)
    {
        while (_decoder.Receive())
        {
            var time = _decoder.Time;
            if (!proven && time >= begin)
            {
                if (time > begin || _decoder.IsPredicted) return false;
                proven = true;
            }
            for (var slot = Slot(time, from, to); slot >= from && slot < to && _index.TimeOf(_frames[slot]) == time; slot++) Keep(slot);
        }
        return true;
    }

    // The first wanted frame of that time; negative when there is none.
    private int Slot(long time, int from, int to)
    {
        var (low, high) = (from, to);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_index.TimeOf(_frames[middle]) < time) low = middle + 1;
            else high = middle;
        }
        return low < to && _index.TimeOf(_frames[low]) == time ? low : -1;
    }

    // Decodes from the start up to the last wanted frame; returns the number of frames where they end before it and nothing speaks of damage.
    private int ByCount()
    {
        var (shown, slot, last) = (0, 0, _frames[^1]);
        for (var more = true; more && shown <= last;)
        {
            _between();
            more = _file.Read();
            _decoder.Send(more ? _file.Packet : 0, wanted: true);
            for (; shown <= last && _decoder.Receive(); shown++)
                for (; slot < _frames.Length && _frames[slot] == shown; slot++) Keep(slot);
        }
        var announced = _index.Info.FrameCount;
        return shown > last || LibavLog.Any || announced - shown > VideoLimits.MissingFrames(announced) ? 0 : shown;
    }

    private void Keep(int slot) => _got[slot] = _scaler.Scale(_decoder, _pixels + (long)slot * _scaler.FrameBytes);

    private void CheckComplete(string path, IReadOnlyList<int> frames)
    {
        var got = _got.Count(true.Equals);
        if (got == _got.Length) return;
        throw VideoLimits.Broken(
            path, LibavLog.Take(),
            $"only {got} of the {_got.Length} frames from {frames[0]} to {frames[^1]} can be decoded; the file announces {_index.Info.FrameCount}");
    }
}
