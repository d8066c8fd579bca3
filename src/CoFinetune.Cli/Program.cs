using CoFinetune.Cli;

var draws = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal && terminal != "dumb";
return CommandRunner.Run(args, Console.Out, Console.Error, draws ? Math.Max(20, Console.WindowWidth) : null);
