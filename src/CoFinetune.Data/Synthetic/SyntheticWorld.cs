using System.Text.Json;

namespace CoFinetune.Data.Synthetic;

/// <summary>
/// Writes three small datasets of stick figures as real H.264 files with the published annotation layouts: something to train on within
/// minutes, and a test of the whole path from files to frame-mAP.
/// </summary>
/// <remarks>
/// Below the folder: <c>kinetics/</c> (<c>train.csv val.csv videos/</c>), <c>moments/</c> (<c>moments_categories.txt trainingSet.csv
/// validationSet.csv training/ validation/</c>) and <c>ava/</c> (<c>ava_train.csv ava_val.csv ava_train_excluded_timestamps.csv
/// ava_val_excluded_timestamps.csv ava_val_predicted_boxes.csv ava_action_list.pbtxt videos/</c>; seconds count from the start of each file).
/// A person is a few thick lines that walk, sit, fight, …; classes of the AVA-like training set follow Zipf's law, all others are even.
/// </remarks>
public static class SyntheticWorld
{
    private const int Version = 1;
    private const string Marker = "world.json";
    private const int FramesPerProcess = 1152;
    private static readonly string[] Parts = ["kinetics", "moments", "ava"];
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Writes the world into <paramref name="folder"/>; <c>world.json</c> appears there last, when all else is in place.</summary>
    /// <param name="folder">A folder that is empty, does not exist, or holds a world already.</param>
    /// <param name="options">What to write.</param>
    /// <param name="force">True replaces a world that was written with other options.</param>
    /// <param name="progress">Told after each group of videos.</param>
    /// <param name="cancel">Stops and leaves nothing behind.</param>
    /// <returns>False when the world already stood there, written with the same options.</returns>
    /// <exception cref="DataException">The folder holds something else, cannot be written, or ffmpeg is missing or failed.</exception>
    public static bool Write(
        string folder, SyntheticWorldOptions options, bool force = false,
        IProgress<SyntheticWorldProgress>? progress = null, CancellationToken cancel = default)
    {
        options.Check();
        folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var marker = JsonSerializer.Serialize(new { Version, Options = options }, Json) + "\n";
        if (Stands(folder, marker, force)) return false;

        var partial = $"{folder}.partial-{Environment.ProcessId}";
        try
        {
            Directory.CreateDirectory(partial);
            WriteParts(partial, [KineticsPart.Plan(options), MomentsPart.Plan(options), AvaPart.Plan(options)], options.FrameSize, progress, cancel);
            File.WriteAllText(Path.Combine(partial, "README.txt"), Readme);
            File.WriteAllText(Path.Combine(partial, Marker), marker);
            // Another process may have written the same world meanwhile.
            if (Stands(folder, marker, force)) return false;
            Publish(partial, folder);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new DataException(folder, 0, $"cannot be written: {cause.Message}", inner: cause);
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
        return true;
    }

    private static void Publish(string partial, string folder)
    {
        if (File.Exists(Path.Combine(folder, Marker)))
        {
            // Whatever else a user keeps beside an old world stays.
            File.Delete(Path.Combine(folder, Marker));
            foreach (var part in Parts.Where(part => Directory.Exists(Path.Combine(folder, part))))
                Directory.Delete(Path.Combine(folder, part), recursive: true);
        }
        Directory.CreateDirectory(folder);
        foreach (var part in Parts) Directory.Move(Path.Combine(partial, part), Path.Combine(folder, part));
        foreach (var file in new[] { "README.txt", Marker }) File.Move(Path.Combine(partial, file), Path.Combine(folder, file), overwrite: true);
    }

    private static bool Stands(string folder, string marker, bool force)
    {
        if (File.Exists(folder)) throw new DataException(folder, 0, "is a file, not a folder", "choose a new folder");
        if (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any()) return false;
        var path = Path.Combine(folder, Marker);
        if (!File.Exists(path)) throw new DataException(folder, 0, "is not empty and holds no synthetic world", "choose a new folder");
        if (File.ReadAllText(path) == marker) return true;
        return force ? false : throw new DataException(path, 0, "this world was written with other options", "replace it with --force, or choose a new folder");
    }

    private static void WriteParts(
        string folder, WorldPart[] parts, int size, IProgress<SyntheticWorldProgress>? progress, CancellationToken cancel)
    {
        foreach (var (path, text) in parts.SelectMany(part => part.Files))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
            File.WriteAllText(Path.Combine(folder, path), text);
        }
        // Groups are the same on every machine: what a video's bytes are depends on those before it in its group.
        var groups = parts.SelectMany(part => part.Videos.Chunk(Math.Max(1, FramesPerProcess / part.Videos[0].Frames))).ToList();
        int done = 0, total = groups.Sum(group => group.Length);
        var workers = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancel };
        Parallel.ForEachAsync(groups, workers, (group, stop) =>
        {
            VideoEncoder.Write(folder, group, size, stop);
            progress?.Report(new SyntheticWorldProgress(Interlocked.Add(ref done, group.Length), total));
            return ValueTask.CompletedTask;
        }).GetAwaiter().GetResult();
    }

    private const string Readme = """
        A synthetic world of stick figures, written by `cofinetune data synth`; world.json holds the options that give these bytes again.

        kinetics/  clips of one person, 12 classes     train.csv val.csv: label,youtube_id,time_start,time_end,split
        moments/   clips of meetings, 6 classes        moments_categories.txt: name,index; trainingSet.csv validationSet.csv: class/file.mp4,…
        ava/       films with a keyframe each second,  ava_train.csv ava_val.csv: video_id,second,x1,y1,x2,y2,action_id,person_id
                   16 actions, any number a person     ava_val_predicted_boxes.csv: video_id,second,x1,y1,x2,y2,,score
                                                       ava_{train,val}_excluded_timestamps.csv: video_id,second
                                                       ava_action_list.pbtxt: the classes

        Seconds count from the start of each file. In ava_train.csv classes follow Zipf's law; everywhere else they are even.
        """;
}
