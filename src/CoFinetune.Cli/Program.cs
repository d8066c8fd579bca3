using CoFinetune.Cli;
using CoFinetune.Cli.Terminal;
using CoFinetune.Data.Video.Isolation;

// A decode worker is this program once more; it knows no commands.
if (args is [DecodeServer.Verb, .. var worker]) return DecodeServer.Run(worker, Console.OpenStandardInput(), Console.OpenStandardOutput());

JobOfSweep.Join();
var draws = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal && terminal != "dumb";
return CommandRunner.Run(args, Console.Out, Console.Error, draws ? Math.Max(20, Console.WindowWidth) : null);
