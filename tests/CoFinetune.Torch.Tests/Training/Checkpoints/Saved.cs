using CoFinetune.Training.Checkpoints;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

/// <summary>A tiny training state that is a pure function of one number, so that a test can tell which generation it loaded.</summary>
internal sealed class Saved : IDisposable
{
    public const string Config = "seed: 7\n# ünïcode\n";

    private readonly TorchSharp.DisposeScope _scope = NewDisposeScope();

    public Saved(int generation, int width = 5)
    {
        Model =
        [
            ("trunk.weight", arange(width * 3).to(ScalarType.Float32).view(width, 3) + generation),
            ("heads.ava.bias", full(3, 10f * generation)),
        ];
        Optimizer = [("step/trunk.decay", tensor(new long[] { generation })), ("exp_avg/trunk.weight", full(width, 3, 0.5f * generation))];
    }

    public IReadOnlyList<(string Name, Tensor Tensor)> Model { get; }

    public IReadOnlyList<(string Name, Tensor Tensor)> Optimizer { get; }

    public static CheckpointState State(long step, BestMetric? best = null) => new()
    {
        Step = step,
        Seed = 7,
        Datasets = ["kinetics", "ava"],
        Counters = new SortedDictionary<string, long> { ["clips/ava"] = 8 * step, ["clips/kinetics"] = 2 * step },
        Best = best is null ? [] : [best],
    };

    public SavedCheckpoint SaveTo(CheckpointStore store, long step, BestMetric? best = null) =>
        store.Save(State(step, best), Config, Model, Optimizer);

    public void LoadFrom(Checkpoint checkpoint)
    {
        checkpoint.LoadModel(Model);
        checkpoint.LoadOptimizer(Optimizer);
    }

    public bool Holds(int generation)
    {
        using var expected = new Saved(generation, (int)Model[0].Tensor.shape[0]);
        return Model.Concat(Optimizer).Zip(expected.Model.Concat(expected.Optimizer))
            .All(pair => pair.First.Tensor.bytes.SequenceEqual(pair.Second.Tensor.bytes));
    }

    public void Dispose() => _scope.Dispose();
}
