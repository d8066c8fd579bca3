using static TorchSharp.torch;

namespace CoFinetune.Training.Checkpoints;

/// <summary>One finished checkpoint folder; every byte of it was held against the manifest when it was opened.</summary>
public sealed class Checkpoint
{
    /// <summary>Weights, one tensor per parameter name.</summary>
    public const string ModelFile = "model.safetensors";

    /// <summary>Optimizer state.</summary>
    public const string OptimizerFile = "optimizer.safetensors";

    /// <summary>The <see cref="CheckpointState"/>.</summary>
    public const string StateFile = "state.json";

    /// <summary>The run file in force when it was saved.</summary>
    public const string ConfigFile = "config.yaml";

    private static readonly string[] AllFiles = [ConfigFile, ModelFile, OptimizerFile, StateFile];

    private Checkpoint(string folder, CheckpointState state) => (Folder, State) = (folder, state);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Everything but tensors.</summary>
    public CheckpointState State { get; }

    /// <summary>The text of the run file.</summary>
    public string Config => File.ReadAllText(Path.Combine(Folder, ConfigFile));

    /// <summary>The file of the weights.</summary>
    public string WeightsPath => Path.Combine(Folder, ModelFile);

    /// <summary>Opens a checkpoint folder and verifies all of it.</summary>
    /// <exception cref="CheckpointException">Missing, unfinished or damaged; names the file and the next step.</exception>
    public static Checkpoint Open(string folder)
    {
        try
        {
            var manifest = CheckpointManifest.Read(folder);
            if (AllFiles.FirstOrDefault(name => manifest.Files.All(file => file.Name != name)) is { } missing)
                throw CheckpointException.Damaged(folder, $"its manifest does not list {missing}");
            manifest.Verify(folder);
            var path = Path.Combine(folder, StateFile);
            var state = CheckpointJson.Read<CheckpointState>(path, File.ReadAllBytes(path));
            if (state.Step != manifest.Step)
                throw CheckpointException.Damaged(path, $"is of step {state.Step}, the manifest of step {manifest.Step}");
            return new(folder, state);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw CheckpointException.Damaged(folder, $"cannot be read: {error.Message}", error);
        }
    }

    /// <summary>What <c>checkpoint verify</c> reports; never throws for a damaged checkpoint.</summary>
    public static CheckpointVerification Verify(string folder)
    {
        try
        {
            var checkpoint = Open(folder);
            return new(true, checkpoint.State.Step, checkpoint.WeightsSha256(), null);
        }
        catch (CheckpointException error)
        {
            return new(false, null, null, error.Message);
        }
    }

    /// <summary>Copies the weights into <paramref name="targets"/>.</summary>
    /// <param name="targets">Every parameter of the model; filled in place.</param>
    /// <param name="leave">Weights that the model need not have; none when null.</param>
    /// <exception cref="CheckpointException">Names, shapes or dtypes differ; nothing was copied.</exception>
    public void LoadModel(IReadOnlyList<(string Name, Tensor Tensor)> targets, Func<string, bool>? leave = null) =>
        CheckpointTensors.Load(Path.Combine(Folder, ModelFile), targets, leave);

    /// <summary>Copies the optimizer state into <paramref name="targets"/>.</summary>
    /// <param name="targets">The optimizer's whole state; filled in place.</param>
    /// <exception cref="CheckpointException">Names, shapes or dtypes differ; nothing was copied.</exception>
    public void LoadOptimizer(IReadOnlyList<(string Name, Tensor Tensor)> targets) =>
        CheckpointTensors.Load(Path.Combine(Folder, OptimizerFile), targets);

    /// <summary>SHA-256 over the raw bytes of the weights in ordinal order of their names, lower-case hex.</summary>
    public string WeightsSha256() => CheckpointTensors.Sha256(Path.Combine(Folder, ModelFile));
}
