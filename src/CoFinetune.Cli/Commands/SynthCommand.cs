using System.CommandLine;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data.Synthetic;

namespace CoFinetune.Cli.Commands;

/// <summary><c>data synth</c>: makes a small world to try things on, as large and as scarce as asked for.</summary>
internal static class SynthCommand
{
    private static readonly SyntheticWorldOptions Usual = new();

    public static Command Create(Func<ParseResult, Session> session)
    {
        var folder = new Argument<string>("dir") { HelpName = "DIR", Description = "Folder to write" };
        var seed = new Option<int>("--seed") { HelpName = "N", Description = "The same seed makes the same world", DefaultValueFactory = _ => 1 };
        var force = new Option<bool>("--force") { Description = "Replace another world that is there" };
        var size = Count("--frame-size", "Width and height of the frames, in pixels; even", Usual.FrameSize, 32);
        var kinetics = Count("--kinetics", "Training clips of one person, 12 classes", Usual.KineticsTrain, 12);
        var kineticsVal = Count("--kinetics-val", "Validation clips of one person", Usual.KineticsVal, 1);
        var moments = Count("--moments", "Training clips of meetings, 6 classes", Usual.MomentsTrain, 1);
        var momentsVal = Count("--moments-val", "Validation clips of meetings", Usual.MomentsVal, 1);
        var films = Count("--ava", "Training films of action detection; a keyframe at each whole second inside", Usual.AvaTrainVideos, 1);
        var filmsVal = Count("--ava-val", "Validation films of action detection", Usual.AvaValVideos, 1);
        var seconds = Count("--ava-seconds", "Length of a film in seconds", Usual.AvaSeconds, 2);
        size.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var n) && n % 2 != 0) result.AddError("--frame-size is even");
        });
        var command = new Command("synth", "Write a small world of moving people: three datasets, real videos, published formats")
        {
            folder, seed, size, kinetics, kineticsVal, moments, momentsVal, films, filmsVal, seconds, force,
        };
        command.SetAction(parsed =>
        {
            var options = new SyntheticWorldOptions
            {
                Seed = (ulong)parsed.GetValue(seed),
                FrameSize = parsed.GetValue(size),
                KineticsTrain = parsed.GetValue(kinetics),
                KineticsVal = parsed.GetValue(kineticsVal),
                MomentsTrain = parsed.GetValue(moments),
                MomentsVal = parsed.GetValue(momentsVal),
                AvaTrainVideos = parsed.GetValue(films),
                AvaValVideos = parsed.GetValue(filmsVal),
                AvaSeconds = parsed.GetValue(seconds),
            };
            return Write(session(parsed), parsed.GetRequiredValue(folder), options, parsed.GetValue(force));
        });
        return command;
    }

    private static int Write(Session session, string folder, SyntheticWorldOptions options, bool force)
    {
        var stop = session.Stop.Begin("stopping");
        try
        {
            var written = SyntheticWorld.Write(folder, options, force, new WorldProgress(new ProgressLine(session)), stop);
            if (session.Json) session.Out.WriteLine($$"""{"schema_version":1,"written":{{(written ? "true" : "false")}}}""");
            else session.Out.WriteLine(written ? $"wrote {folder}" : $"{folder} is there already");
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
    }

    private static Option<int> Count(string name, string description, int usual, int least) =>
        new Option<int>(name) { HelpName = "N", Description = description, DefaultValueFactory = _ => usual }.AtLeast(least);
}
