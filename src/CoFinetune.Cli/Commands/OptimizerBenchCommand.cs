using System.CommandLine;
using System.Text.Json;
using CoFinetune.Cli.Terminal;
using CoFinetune.Models.Transformers;
using CoFinetune.Training.Benchmarks;

namespace CoFinetune.Cli.Commands;

/// <summary><c>bench optimizer</c>: what updating all weights costs.</summary>
internal static class OptimizerBenchCommand
{
    public static Command Create(Func<ParseResult, Session> session)
    {
        var size = new Option<TransformerSize>("--size") { HelpName = "Ti|S|B|L|H", Description = "Size of the trunk", DefaultValueFactory = _ => TransformerSize.B };
        var steps = new Option<int>("--steps") { HelpName = "N", Description = "Updates to measure", DefaultValueFactory = _ => 10 }.AtLeast(1);
        var command = new Command("optimizer", "Clipping, AdamW and the average of the weights, against TorchSharp's own and against the memory's speed") { size, steps };
        command.SetAction(parsed => Bench(session(parsed), parsed.GetValue(size), parsed.GetValue(steps)));
        return command;
    }

    private static int Bench(Session session, TransformerSize size, int steps)
    {
        var stop = session.Stop.Begin("stopping");
        try
        {
            var result = OptimizerBench.Run(size, steps, stop);
            if (session.Json)
            {
                session.Out.WriteLine(JsonSerializer.Serialize(new Dictionary<string, object?>
                {
                    ["schema_version"] = 1,
                    ["size"] = size.ToString(),
                    ["parameters"] = result.Parameters,
                    ["update_ms"] = result.Seconds * 1e3,
                    ["torchsharp_ms"] = result.LoopSeconds * 1e3,
                    ["memory_floor_ms"] = result.FloorSeconds * 1e3,
                }));
                return ExitCodes.Ok;
            }
            session.Out.WriteLine($"ViViT-{size}, {result.Parameters:N0} parameters: clipping, AdamW and the average of the weights, medians of {steps} updates");
            session.Out.WriteLine($"cofinetune          {result.Seconds * 1e3,8:0.0} ms");
            session.Out.WriteLine($"TorchSharp's loops  {result.LoopSeconds * 1e3,8:0.0} ms, {result.LoopSeconds / result.Seconds:0.0} times as long");
            session.Out.WriteLine($"memory alone        {result.FloorSeconds * 1e3,8:0.0} ms; ours takes {result.Seconds / result.FloorSeconds:0.00} times that");
            return ExitCodes.Ok;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return session.Stop.ExitCode;
        }
    }
}
