using CoFinetune.Data.Sampling;
using CoFinetune.Data.Transforms;
using CoFinetune.Data.Video;

namespace CoFinetune.Data.Loading;

/// <summary>Loads one clip: the whole way from a request to pixels and target. A pure function of the request; safe for many threads.</summary>
/// <param name="sources">The datasets of the run, in order.</param>
/// <param name="clip">What a clip is.</param>
/// <param name="frames">Where decoded frames come from.</param>
public sealed class ClipLoader(IReadOnlyList<ClipSource> sources, ClipConfig clip, FrameCache frames)
{
    /// <summary>Clips that are tried in place of one that cannot be loaded.</summary>
    public const int Substitutes = 8;

    /// <summary>The datasets that <see cref="SampleRequest.Dataset"/> counts through.</summary>
    public IReadOnlyList<ClipSource> Sources => sources;

    /// <summary>The shape of a clip. Only whole frames of a detection set depend on the video, which is then looked at.</summary>
    /// <param name="request">The clip.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="DataException">The video is missing or is no video; the message names dataset and entry.</exception>
    public ClipShape ShapeOf(SampleRequest request, CancellationToken stop)
    {
        var (_, dataset, config) = sources[request.Dataset];
        if (request.Seed is not null || config.Fit == FrameFit.Stretch || dataset.Task == ClipTask.Classification)
            return new(clip.Frames, clip.Size, clip.Size);
        try
        {
            var view = Test(request, frames.Probe(dataset.Items[request.Item].VideoPath, stop)).View;
            return new(clip.Frames, view.Height, view.Width);
        }
        catch (DataException cause)
        {
            throw Named(request, cause);
        }
    }

    /// <summary>Decodes, samples and transforms one clip.</summary>
    /// <param name="request">Which one.</param>
    /// <param name="pixels">Takes the clip, <c>[Frames, Height, Width, 3]</c> as <see cref="ShapeOf"/> says.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="DataException">The clip cannot be loaded; the message names dataset and entry.</exception>
    public ClipSample Load(SampleRequest request, Span<byte> pixels, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var (_, dataset, config) = sources[request.Dataset];
        var item = dataset.Items[request.Item];
        try
        {
            var video = frames.Probe(item.VideoPath, stop);
            var random = request.Seed is { } seed ? new KeyedRandom(seed) : null;
            var view = random is null ? Test(request, video) : SpatialTransform.Train(video, clip.Size, config, random);
            var decoded = frames.Read(item.VideoPath, Indices(item, video, random, request.View), view.Decoded.Height, view.Decoded.Width, stop);
            for (var frame = 0; frame < decoded.Count; frame++)
                view.Apply(decoded[frame].Span, pixels.Slice(frame * view.View.Bytes, view.View.Bytes));
            var target = view.Apply(item.Target);
            if (random is null) return new(request.Dataset, request.Item, item, BoxRanges.Extend(target, config.BoxExtension));

            ClipAugmentation.Apply(pixels[..(decoded.Count * view.View.Bytes)], view.View, config.Augment, random.Branch(Purpose.Pixels));
            return new(request.Dataset, request.Item, item, BoxRanges.Jitter(target, config.Augment.BoxJitter, random.Branch(Purpose.Boxes)));
        }
        catch (DataException cause)
        {
            throw Named(request, cause);
        }
    }

    /// <summary>
    /// <see cref="Load"/>, for training with another clip of the dataset in place of one that cannot be loaded: drawn from the sample's own key, so it is the
    /// same for any number of workers and after a resume. What was passed over is in <see cref="ClipSample.Bad"/>.
    /// </summary>
    /// <param name="request">Which one; a test view has no substitute.</param>
    /// <param name="pixels">Takes the clip.</param>
    /// <param name="stop">Gives the work up.</param>
    /// <exception cref="DataException">Neither the clip nor any of its substitutes can be loaded: the first failure.</exception>
    public ClipSample LoadOrSubstitute(SampleRequest request, Span<byte> pixels, CancellationToken stop)
    {
        List<BadClip> bad = [];
        for (var wanted = request; ; wanted = Substitute(request, bad.Count))
        {
            try
            {
                var sample = Load(wanted, pixels, stop);
                return bad.Count == 0 ? sample : sample with { Bad = bad };
            }
            catch (DataException cause) when (request.Seed is not null && bad.Count < Substitutes)
            {
                bad.Add(new(wanted.Item, cause));
            }
            catch (DataException) when (bad.Count > 0)
            {
                throw bad[0].Cause;
            }
        }
    }

    private SampleRequest Substitute(SampleRequest request, int attempt)
    {
        var random = new KeyedRandom(KeyedHash.Derive(request.Seed!.Value, Purpose.Substitute, (ulong)attempt));
        return request with { Item = random.NextInt(sources[request.Dataset].Dataset.Items.Count), Seed = random.NextBits() };
    }

    private SpatialTransform Test(SampleRequest request, VideoInfo video)
    {
        var (_, dataset, config) = sources[request.Dataset];
        return SpatialTransform.Test(video, clip.Size, config, dataset.Task, request.View ?? TestView.Center);
    }

    private int[] Indices(ClipItem item, VideoInfo video, KeyedRandom? random, TestView? part)
    {
        if (item.KeyframeSeconds is not { } seconds)
        {
            if (random is not null) return ClipSampler.Anywhere(video.FrameCount, clip, random);
            var view = part ?? TestView.Center;
            return ClipSampler.Spread(video.FrameCount, clip, view.Clip, view.Clips);
        }

        // One second of grace: recordings end a little before their last annotated second.
        var rate = item.FrameRate ?? video.FrameRate;
        var length = video.FrameCount / rate;
        if (seconds < 0 || seconds > length + 1)
        {
            throw new DataException(
                item.VideoPath, 0, $"the keyframe at {seconds:0.###} s is outside the file, which is {length:0.###} s long",
                "are the annotated seconds those of a longer recording that this file was cut from?");
        }
        return ClipSampler.Around(video.FrameCount, rate, seconds, clip);
    }

    private DataException Named(SampleRequest request, DataException cause)
    {
        var (name, dataset, _) = sources[request.Dataset];
        var item = dataset.Items[request.Item];
        var time = item.Timestamp is null ? "" : $" at {item.Timestamp}";
        return new(cause.File, cause.Line, $"{cause.Problem} (dataset '{name}', entry {request.Item}: {item.Name}{time})", cause.Hint, cause);
    }
}
