using CoFinetune.Data.Annotations;

namespace CoFinetune.Data.Datasets;

/// <summary>Where the keyframes of AVA and of AVA-Kinetics are: in a movie called by its id, or in the piece <c>{id}_{start}_{end}</c> that shows
/// the second.</summary>
internal sealed class AvaVideos
{
    private readonly double _offset;
    private readonly List<VideoFolder> _folders;

    /// <param name="movies">The folder of the movies.</param>
    /// <param name="pieces">The folder of the pieces; null where they lie among the movies.</param>
    /// <param name="offset">Second of a movie at which its file starts.</param>
    /// <exception cref="DataException">A folder is missing.</exception>
    public AvaVideos(string movies, string? pieces, double offset)
    {
        _offset = offset;
        _folders = [new VideoFolder(movies)];
        if (pieces is not null) _folders.Add(new VideoFolder(pieces));
    }

    /// <summary>The folders that are searched.</summary>
    public string Folders => string.Join(" or ", _folders.Select(folder => folder.Folder));

    /// <summary>The video that shows <paramref name="keyframe"/>, the time within it in seconds, and whether it is there.</summary>
    public (string Path, double Seconds, bool Exists) Find(Keyframe keyframe)
    {
        if (_folders[0].Find(keyframe.Video) is { } movie) return (movie, keyframe.Seconds - _offset, true);
        foreach (var folder in _folders)
            if (folder.FindPiece(keyframe.Video, keyframe.Seconds) is var (piece, start)) return (piece, keyframe.Seconds - start, true);
        return (Path.Combine(_folders[^1].Folder, keyframe.Video + ".mp4"), 0, false);
    }
}
