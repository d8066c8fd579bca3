using CoFinetune.Data.Synthetic;

namespace CoFinetune.Tests.Data.Synthetic;

/// <summary>A world that several tests only read; written when the first of them asks for it.</summary>
public sealed class SmallWorld : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cofinetune-test-").FullName;
    private readonly Lazy<string> _root;

    public SmallWorld() => _root = new Lazy<string>(() =>
    {
        SyntheticWorld.Write(_folder, Options);
        return _folder;
    });

    public static SyntheticWorldOptions Options { get; } = new()
    {
        FrameSize = 32,
        KineticsTrain = 13,
        KineticsVal = 3,
        MomentsTrain = 7,
        MomentsVal = 2,
        AvaTrainVideos = 2,
        AvaValVideos = 9,
        AvaSeconds = 4,
    };

    public string Root => _root.Value;

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
