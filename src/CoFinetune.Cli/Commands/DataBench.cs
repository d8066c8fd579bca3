using CoFinetune.Data;
using CoFinetune.Data.Loading;
using CoFinetune.Data.Sampling;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Decoders;

namespace CoFinetune.Cli.Commands;

/// <summary>What loading the clips of a dataset costs with one decoder.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Decoder">The decoder.</param>
/// <param name="Clips">Clips loaded.</param>
/// <param name="Failed">Clips that could not be.</param>
/// <param name="ClipsPerSecond">By one thread.</param>
/// <param name="CpuMedian">CPU milliseconds of a clip, median; NaN without one.</param>
/// <param name="CpuMean">The same, mean.</param>
/// <param name="Cpu95">The same, 95th percentile.</param>
/// <param name="FirstLookMedian">CPU milliseconds of the first look at a file, which is taken once in a run.</param>
/// <param name="FfmpegRatioMedian">Median CPU time of the <c>ffmpeg</c> decoder over that of this one, both of the clips that all decoders loaded; NaN without
/// them.</param>
/// <param name="FfmpegRatioMean">The same of their sums.</param>
internal sealed record DataBenchRow(
    string Dataset, DecoderKind Decoder, int Clips, int Failed, double ClipsPerSecond, double CpuMedian, double CpuMean, double Cpu95, double FirstLookMedian,
    double FfmpegRatioMedian, double FfmpegRatioMean);

/// <summary>Loads the same random clips with each decoder in turn, on one thread and without a cache, and measures each.</summary>
internal sealed class DataBench(ClipConfig clip, TimeSpan duration, TimeProvider clock)
{
    private const ulong Seed = 7;

    /// <summary>Measures the decoders on one dataset.</summary>
    /// <param name="source">The dataset.</param>
    /// <param name="decoders">The decoders.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="stop">Ends the measuring.</param>
    public IReadOnlyList<DataBenchRow> Run(
        ClipSource source, IReadOnlyList<(DecoderKind Kind, IVideoDecoder Decoder)> decoders, Action<double> progress, CancellationToken stop)
    {
        var lanes = decoders.Select(d => new Lane(d.Kind, d.Decoder, new ClipLoader([source], clip, new FrameCache(d.Decoder, 0)))).ToList();
        var order = new EpochOrder(source.Dataset.Items.Count, Seed);
        var since = clock.GetTimestamp();
        for (var n = 0L; ; n++)
        {
            var gone = clock.GetElapsedTime(since) / duration;
            if (gone >= 1) break;
            progress(gone);
            var request = new SampleRequest(0, order[n], KeyedHash.Derive(Seed, Purpose.Sample, (ulong)n));
            var item = source.Dataset.Items[request.Item];
            foreach (var lane in lanes) lane.Measure(request, item.VideoPath, clock, stop);
        }
        return Rows(source.Name, lanes);
    }

    private static List<DataBenchRow> Rows(string dataset, List<Lane> lanes)
    {
        var common = Enumerable.Range(0, lanes[0].Clips.Count).Where(n => lanes.All(lane => lane.Clips[n] is not null)).ToList();
        var ffmpeg = lanes.Find(lane => lane.Kind == DecoderKind.Ffmpeg)?.On(common) ?? [];
        return [.. lanes.Select(lane => lane.Row(dataset, ffmpeg, lane.On(common)))];
    }

    private sealed class Lane(DecoderKind kind, IVideoDecoder decoder, ClipLoader loader)
    {
        private readonly List<double> _looks = [];
        private readonly HashSet<string> _seen = [];
        private TimeSpan _wall;
        private byte[] _pixels = [];
        private bool _warm;

        public DecoderKind Kind => kind;

        /// <summary>CPU milliseconds of each clip, in their order; null where it could not be loaded.</summary>
        public List<double?> Clips { get; } = [];

        public void Measure(SampleRequest request, string path, TimeProvider clock, CancellationToken stop)
        {
            try
            {
                if (!_warm)
                {
                    // The first clip also pays for compiling the code.
                    _pixels = new byte[loader.ShapeOf(request, stop).Bytes];
                    loader.Load(request, _pixels, stop);
                    _warm = true;
                }
                else if (_seen.Add(path))
                {
                    var look = CpuClock.Read(decoder);
                    decoder.Probe(path, stop);
                    _looks.Add((CpuClock.Read(decoder) - look).TotalMilliseconds);
                }
                var (cpu, since) = (CpuClock.Read(decoder), clock.GetTimestamp());
                loader.Load(request, _pixels, stop);
                _wall += clock.GetElapsedTime(since);
                Clips.Add((CpuClock.Read(decoder) - cpu).TotalMilliseconds);
            }
            catch (DataException)
            {
                Clips.Add(null);
            }
        }

        public List<double> On(IEnumerable<int> clips) => [.. clips.Select(n => Clips[n]!.Value)];

        public DataBenchRow Row(string dataset, List<double> ffmpeg, List<double> own)
        {
            var loaded = Clips.OfType<double>().ToList();
            return new(
                dataset, kind, loaded.Count, Clips.Count - loaded.Count, loaded.Count / _wall.TotalSeconds,
                At(loaded, 0.5), loaded.Sum() / loaded.Count, At(loaded, 0.95), At(_looks, 0.5), At(ffmpeg, 0.5) / At(own, 0.5), ffmpeg.Count == 0 ? double.NaN : ffmpeg.Sum() / own.Sum());
        }

        // The value at most that share of the others is below.
        private static double At(List<double> values, double share) =>
            values.Count == 0 ? double.NaN : values.Order().ElementAt((int)Math.Ceiling(share * values.Count) - 1);
    }
}
