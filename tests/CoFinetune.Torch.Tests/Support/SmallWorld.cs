using CoFinetune.Cli;
using CoFinetune.Data.Synthetic;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>A synthetic world of a few dozen clips and a run file that learns from it in seconds; shared by a test class.</summary>
public sealed class SmallWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SmallWorld()
    {
        var options = new SyntheticWorldOptions
        {
            Seed = 5,
            FrameSize = 48,
            KineticsTrain = 12,
            KineticsVal = 6,
            MomentsTrain = 6,
            MomentsVal = 6,
            AvaTrainVideos = 2,
            AvaValVideos = 2,
            AvaSeconds = 4,
        };
        SyntheticWorld.Write(World, options);
        Config = _folder.Write("small.yaml", $$"""
            # Six steps of a tiny trunk on three datasets.
            seed: 3
            data_root: {{World}}
            clip: { frames: 4, stride: 1, size: 32 }
            trunk: { type: vivit, width: 24, depth: 2, heads: 2, mlp: 48, tubelet: [2, 8, 8], dropout: 0.1 }
            datasets:
              kinetics:
                data: { type: kinetics, train: kinetics/train.csv, val: kinetics/val.csv }
                head: { type: linear }
                label_smoothing: 0.1
                lr_scale: 0.5
              moments:
                data: { type: moments, train: moments/trainingSet.csv, val: moments/validationSet.csv, categories: moments/moments_categories.txt }
                head: { type: linear }
              ava:
                data:
                  type: ava
                  train: ava/ava_train.csv
                  val: ava/ava_val.csv
                  exclude_val: ava/ava_val_excluded_timestamps.csv
                  boxes: ava/ava_val_predicted_boxes.csv
                  labels: ava/ava_action_list.pbtxt
                head: { type: roi, output_size: 3, dropout: 0.2 }
                share: 2
            mixture: { type: mixed, batch: 6 }
            optimizer: { type: adamw, lr: 1e-3, weight_decay: 0.05, clip_norm: 1 }
            schedule: { type: warmup_cosine, warmup: 2 }
            steps: 6
            threads: 2
            log_every: 1
            evaluate: { every: 3 }
            checkpoint: { every: 2, keep: 3, best: ava.map }
            """);
    }

    /// <summary>The world's folder.</summary>
    public string World => Path.Combine(_folder.Path, "world");

    /// <summary>The run file.</summary>
    internal string Config { get; }

    /// <summary>A path in the world's temporary folder.</summary>
    internal string At(string name) => Path.Combine(_folder.Path, name);

    /// <summary>Gives the clips of <c>moments</c> two classes each, of six.</summary>
    /// <returns>The change of <see cref="Config"/> that reads them so.</returns>
    internal string WithSeveralClasses()
    {
        var folder = Path.Combine(World, "moments");
        foreach (var (csv, split) in new[] { ("trainingSet.csv", "training"), ("validationSet.csv", "validation") })
        {
            var files = Directory.GetFiles(Path.Combine(folder, split), "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal);
            File.WriteAllLines(Path.Combine(folder, "multi_" + csv), files.Select((file, i) => $"{Path.GetRelativePath(Path.Combine(folder, split), file)},{i % 6},{(i + 1) % 6}"));
        }
        return "datasets.moments.data={type: moments, multi_label: true, train: moments/multi_trainingSet.csv, val: moments/multi_validationSet.csv, categories: moments/moments_categories.txt}";
    }

    /// <summary>Runs one command line in this process.</summary>
    internal static (int ExitCode, string Out, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (CommandRunner.Run(arguments, output, error), output.ToString(), error.ToString());
    }

    public void Dispose() => _folder.Dispose();
}
