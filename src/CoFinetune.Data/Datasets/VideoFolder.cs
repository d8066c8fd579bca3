using System.Globalization;
using CoFinetune.Data.Video;

namespace CoFinetune.Data.Datasets;

/// <summary>Finds videos by file name below a folder, whatever its layout, with one walk; a folder of images is a video of that folder's
/// name.</summary>
internal sealed class VideoFolder
{
    private static readonly string[] Extensions = [".mp4", ".mkv", ".webm", ".avi"];
    private readonly Dictionary<string, string> _pathOfStem = new(StringComparer.Ordinal);
    private readonly ILookup<string, (double Start, double End, string Path)> _pieces;

    /// <summary>Walks <paramref name="folder"/>; of several files with one name, mp4 comes before mkv, webm, avi and images, then the first by
    /// path.</summary>
    /// <exception cref="DataException">The folder is missing or cannot be read.</exception>
    public VideoFolder(string folder)
    {
        Folder = folder;
        if (!Directory.Exists(folder)) throw new DataException(folder, 0, "no such folder", "`videos` names the folder that holds the videos");
        // The depth bounds a walk through links that lead back up; published layouts have two levels.
        var walk = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 6, IgnoreInaccessible = false };
        try
        {
            var frames = new HashSet<string>(StringComparer.Ordinal);
            var files = new List<(string Path, int Rank)>();
            foreach (var path in Directory.EnumerateFiles(folder, "*", walk))
            {
                if (Rank(path) is >= 0 and var rank) files.Add((path, rank));
                else if (FrameFolder.IsImage(path)) frames.Add(Path.GetDirectoryName(path)!);
            }
            foreach (var (path, _) in files.OrderBy(file => file.Rank).ThenBy(file => file.Path, StringComparer.Ordinal))
                _pathOfStem.TryAdd(Path.GetFileNameWithoutExtension(path), path);
            foreach (var path in frames.Where(path => path != folder).Order(StringComparer.Ordinal)) _pathOfStem.TryAdd(Path.GetFileName(path), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(folder, 0, $"cannot be read: {cause.Message}", inner: cause);
        }
        _pieces = _pathOfStem
            .Select(pair => (Piece: Span(pair.Key), pair.Value))
            .Where(found => found.Piece is not null)
            .ToLookup(found => found.Piece!.Value.Id, found => (found.Piece!.Value.Start, found.Piece.Value.End, found.Value), StringComparer.Ordinal);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Whether a file is a video, by its extension.</summary>
    public static bool IsVideo(string path) => Rank(path) >= 0;

    /// <summary>Whether <paramref name="path"/> is a folder, and so a video only as a <see cref="FrameFolder"/>.</summary>
    public static bool IsFrames(string path) => !IsVideo(path) && Directory.Exists(path);

    /// <summary>The id of the video that <c>{id}_{start}_{end}</c> is a piece of; null for other names.</summary>
    public static string? PieceOf(string stem) => Span(stem)?.Id;

    /// <summary>The path of the video named <paramref name="stem"/> without its extension, or null.</summary>
    public string? Find(string stem) => _pathOfStem.GetValueOrDefault(stem);

    /// <summary>The piece <c>{id}_{start}_{end}</c> of video <paramref name="id"/> that shows <paramref name="seconds"/>, and the second at which
    /// it starts; or null.</summary>
    public (string Path, double Start)? FindPiece(string id, double seconds)
    {
        foreach (var (start, end, path) in _pieces[id])
            if (seconds >= start && seconds <= end) return (path, start);
        return null;
    }

    private static int Rank(string path) => Array.FindIndex(Extensions, e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    /// <summary>Ids may hold underscores, so a name is taken apart from its end.</summary>
    private static (string Id, double Start, double End)? Span(string stem)
    {
        var end = stem.LastIndexOf('_');
        var start = end > 0 ? stem.LastIndexOf('_', end - 1) : -1;
        return start > 0 && Seconds(stem[(start + 1)..end]) is { } from && Seconds(stem[(end + 1)..]) is { } to && to > from ? (stem[..start], from, to) : null;
    }

    private static double? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
}
