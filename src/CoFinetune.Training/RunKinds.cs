using CoFinetune.Config;
using CoFinetune.Data;
using CoFinetune.Data.Datasets;
using CoFinetune.Data.Loading;
using CoFinetune.Models;
using CoFinetune.Models.Heads;
using CoFinetune.Models.VideoMae;
using CoFinetune.Models.Vivit;
using CoFinetune.Training.Optim;
using CoFinetune.Training.Schedules;

namespace CoFinetune.Training;

/// <summary>What each <c>type:</c> key of a run file may name. A new kind is one line here.</summary>
public static class RunKinds
{
    /// <summary>The kinds of a <see cref="RunConfig"/>.</summary>
    public static ConfigKinds Table { get; } = new ConfigKinds()
        .Add<DatasetConfig, KineticsConfig>("kinetics")
        .Add<DatasetConfig, MomentsConfig>("moments")
        .Add<DatasetConfig, SomethingSomethingConfig>("something_something")
        .Add<DatasetConfig, AvaDatasetConfig>("ava")
        .Add<TrunkConfig, VivitConfig>("vivit")
        .Add<TrunkConfig, VideoMaeConfig>("videomae")
        .Add<HeadConfig, LinearHeadConfig>("linear")
        .Add<HeadConfig, RoiHeadConfig>("roi")
        .Add<MixtureConfig, MixedConfig>("mixed")
        .Add<MixtureConfig, WeightedConfig>("weighted")
        .Add<MixtureConfig, UniformConfig>("uniform")
        .Add<MixtureConfig, AlternatingConfig>("alternating")
        .Add<MixtureConfig, TaskByTaskConfig>("task_by_task")
        .Add<MixtureConfig, AccumulateConfig>("accumulate")
        .Add<OptimizerConfig, SgdConfig>("sgd")
        .Add<OptimizerConfig, AdamWConfig>("adamw")
        .Add<ScheduleConfig, WarmupCosineConfig>("warmup_cosine")
        .Add<ScheduleConfig, PolynomialConfig>("polynomial")
        .Add<ScheduleConfig, StepConfig>("step")
        .Add<ScheduleConfig, ConstantConfig>("constant");
}
