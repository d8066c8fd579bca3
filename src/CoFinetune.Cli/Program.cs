using CoFinetune.Cli;

var interactive = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } terminal && terminal != "dumb";
return CommandRunner.Run(args, Console.Out, Console.Error, interactive);
