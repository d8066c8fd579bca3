namespace CoFinetune.Data.Video.Isolation;

/// <summary>How a decode worker is started: this program once more.</summary>
internal static class WorkerCommand
{
    private const string Program = "cofinetune";

    /// <summary>Program and arguments; null where this process is another program and ours does not lie beside it.</summary>
    public static IReadOnlyList<string>? Default
    {
        get
        {
            var self = Environment.ProcessPath;
            var name = Path.GetFileNameWithoutExtension(self);
            if (name == Program) return [self!, DecodeServer.Verb];
            var beside = Path.Combine(AppContext.BaseDirectory, Program + ".dll");
            return File.Exists(beside) ? [name == "dotnet" ? self! : "dotnet", beside, DecodeServer.Verb] : null;
        }
    }
}
