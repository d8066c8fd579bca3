using CoFinetune.Data;
using CoFinetune.Models.Native;
using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Training;

/// <summary>What would go wrong after hours, found before the first step: one clip of each split decoded, sizes, memory, disk.</summary>
public static class Preflight
{
    /// <summary>Checks the run and returns its plan, line by line.</summary>
    /// <param name="run">The run.</param>
    /// <param name="place">The folder it will write to; need not be there yet.</param>
    /// <exception cref="DataException">A first clip cannot be decoded.</exception>
    /// <exception cref="CheckpointException">The folder cannot be written, or the disk cannot hold the checkpoints.</exception>
    public static IReadOnlyList<string> Check(LoadedRun run, string place)
    {
        WritePlace.Require(place);
        var lines = new List<string>();
        if (run.DecoderNote is { } note) lines.Add(note);
        if (run.IsOnCpu && run.Config.Device == DeviceKind.Auto && NativeTorch.CudaProblem() is { } problem) lines.Add($"on the CPU, for {problem}");
        foreach (var dataset in run.Datasets)
        {
            foreach (var split in new[] { DataSplit.Train, DataSplit.Validation }) run.DecodeFirst(dataset, split);
            lines.Add($"{dataset.Name}: {dataset.Train!.Items.Count} training and {dataset.Validation.Items.Count} validation clips, {dataset.Labels.Count} classes, "
                + $"{run.Config.Mixture.SamplesPerStep(run.Config.MixtureDatasets, dataset.Index):0.##} clips a step on average, rate x {dataset.Block.LrScale}");
        }
        if (run.Config.Schedule.Unreached(run.Config.Steps) is { } unreached) lines.Add($"schedule: {unreached}");
        var size = run.Size;
        lines.Add($"model: {size.Parameters:N0} parameters, {size.MultiplyAdds / 1e9:0.###} GMACs a clip, {run.DeviceName}");
        lines.Add($"memory: about {ByteText.Of(size.StateBytes)} for weights, gradients and optimizer, {ByteText.Of(size.ActivationBytes)} for the activations of {size.Batch} clips, "
            + $"{ByteText.Of(size.CheckpointBytes)} on the host while a checkpoint is written");
        if (Excess(run.Config, size, run.Memory) is { } excess) lines.Add(excess);
        // Beside those that are kept one is being written; those that a resumed run has lie on the disk already.
        var needed = size.CheckpointBytes * (run.Config.Checkpoint.MostKept(run.Config.Steps) + 1) - CheckpointStore.BytesIn(Path.Combine(place, "checkpoints"));
        lines.Add(CheckDisk(place, Math.Max(needed, size.CheckpointBytes)));
        return lines;
    }

    /// <summary>
    /// What to say where a step needs more than there is; null where it does not. Linux grants memory that it does not have, and ends the program when it is used: the
    /// exception of a batch that does not fit is then not seen.
    /// </summary>
    internal static string? Excess(RunConfig config, ModelSize size, (string Where, long Bytes) memory) => size.StepBytes > memory.Bytes
        ? $"memory: that is more than the {ByteText.Of(memory.Bytes)} of {memory.Where}, so a step will probably not fit; {BatchMemoryException.WhatToLower(config, size.Batch)}"
        : null;

    private static string CheckDisk(string place, long needed)
    {
        var free = new DriveInfo(WritePlace.Existing(place)).AvailableFreeSpace;
        return free >= needed
            ? $"disk: {ByteText.Of(free)} free, {ByteText.Of(needed)} needed for checkpoints"
            : throw new CheckpointException(place, $"the disk has {ByteText.Of(free)} free, checkpoints need {ByteText.Of(needed)}", "free space, or choose another --run-dir");
    }
}
