using System.Globalization;
using CoFinetune.Data.Datasets;

namespace CoFinetune.Data.Preparing;

/// <summary>A folder of prepared copies and its index, <c>prepared.tsv</c>: source, copy, frames, bytes before, bytes after.</summary>
public sealed class PreparedFolder
{
    /// <summary>The index, appended to video by video, so that an interrupted run loses none.</summary>
    public const string IndexFile = "prepared.tsv";

    private readonly Dictionary<string, PreparedVideo> _bySource;

    private PreparedFolder(string path, Dictionary<string, PreparedVideo> bySource) => (Path, _bySource) = (path, bySource);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Opens the folder that a dataset's <c>prepared:</c> names.</summary>
    /// <exception cref="DataException">It has no index, or a line of it is broken.</exception>
    public static PreparedFolder Open(string folder)
    {
        var index = System.IO.Path.Combine(folder, IndexFile);
        if (!File.Exists(index)) throw new DataException(index, 0, "no such index of prepared videos", "make it with: cofinetune data prepare CONFIG FOLDER");
        return new(folder, Read(index, tolerateCut: false));
    }

    /// <summary>The folder as far as it was filled; one that is not there yet is empty. A line cut off by an interruption is left out.</summary>
    internal static PreparedFolder Resume(string folder)
    {
        var index = System.IO.Path.Combine(folder, IndexFile);
        return new(folder, File.Exists(index) ? Read(index, tolerateCut: true) : []);
    }

    /// <summary>The copy of a video, when it is there and not older than the original.</summary>
    internal PreparedVideo? Find(string source)
    {
        if (!_bySource.TryGetValue(source, out var video)) return null;
        var copy = new FileInfo(System.IO.Path.Combine(Path, video.Copy));
        return copy.Exists && copy.Length == video.BytesAfter && copy.LastWriteTimeUtc >= File.GetLastWriteTimeUtc(source) ? video : null;
    }

    /// <summary>The same split with every video taken from its copy.</summary>
    /// <exception cref="DataException">A video has no copy, or one that is gone.</exception>
    public IClipDataset Apply(IClipDataset dataset)
    {
        IReadOnlyList<ClipItem> items = [.. dataset.Items.Select(item => item with { VideoPath = CopyOf(item) })];
        return dataset is AvaDataset ava ? ava with { Items = items } : new PreparedDataset(dataset, items);
    }

    internal static string Line(PreparedVideo video) => string.Create(
        CultureInfo.InvariantCulture, $"{video.Source}\t{video.Copy}\t{video.Frames}\t{video.BytesBefore}\t{video.BytesAfter}\n");

    private string CopyOf(ClipItem item) => _bySource.TryGetValue(item.VideoPath, out var video)
        ? System.IO.Path.Combine(Path, video.Copy)
        : throw new DataException(item.VideoPath, 0, $"has no prepared copy in {Path}", "run data prepare again, or take prepared: out");

    private static Dictionary<string, PreparedVideo> Read(string index, bool tolerateCut)
    {
        var videos = new Dictionary<string, PreparedVideo>();
        var lines = File.ReadAllLines(index);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Split('\t') is [var source, var copy, var frames, var before, var after]
                && int.TryParse(frames, out var count) && long.TryParse(before, out var bytesBefore) && long.TryParse(after, out var bytesAfter)
                && !System.IO.Path.IsPathRooted(copy) && !copy.Split('/').Contains(".."))
                videos[source] = new PreparedVideo(source, copy, count, bytesBefore, bytesAfter);
            else if (!tolerateCut || i < lines.Length - 1)
                throw new DataException(index, i + 1, "is no line of source, copy, frames, bytes before and after", "remove the folder and prepare it again");
        }
        return videos;
    }

    private sealed class PreparedDataset(IClipDataset dataset, IReadOnlyList<ClipItem> items) : IClipDataset
    {
        public ClipTask Task => dataset.Task;

        public LabelMap Labels => dataset.Labels;

        public IReadOnlyList<ClipItem> Items => items;
    }
}
