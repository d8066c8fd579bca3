namespace CoFinetune.Data.Synthetic;

/// <summary>A video still to be drawn.</summary>
/// <param name="Path">Its path below the world's folder.</param>
/// <param name="Key">What its noise is drawn from.</param>
/// <param name="Scenes">One scene, or one a second.</param>
/// <param name="Frames">Number of frames.</param>
internal sealed record WorldVideo(string Path, ulong Key, IReadOnlyList<Scene> Scenes, int Frames)
{
    /// <summary>Frames a second.</summary>
    public const int FrameRate = 12;

    /// <summary>Draws frame <paramref name="frame"/>: a single scene's keyframe is in the middle, a film's scenes change half-way between seconds.</summary>
    public void Draw(Canvas canvas, int frame)
    {
        var second = Scenes.Count == 1 ? 0 : (frame + (FrameRate / 2)) / FrameRate;
        var keyframe = Scenes.Count == 1 ? Frames / 2 : second * FrameRate;
        Scenes[second].Draw(canvas, frame - keyframe);
        canvas.AddNoise(new WorldRandom(Key, (ulong)frame));
    }
}
