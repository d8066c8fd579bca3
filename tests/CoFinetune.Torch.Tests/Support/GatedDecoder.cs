using System.Runtime.Versioning;

namespace CoFinetune.Torch.Tests.Support;

/// <summary>
/// An <c>ffmpeg</c> that stands still from the moment that a file exists until it is opened: a run that decodes with it cannot get further,
/// so a signal finds it where the test wants it, however fast or slow the machine is.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class GatedDecoder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="closesAt">The file or folder; null is closed from the start.</param>
    public GatedDecoder(string? closesAt = null)
    {
        var real = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "ffmpeg")).First(File.Exists);
        var script = _folder.Write("ffmpeg", $"""
            #!/bin/sh
            if [ "$1" != -version ] && [ -e '{closesAt ?? _folder.Path}' ] && [ ! -e '{Opened}' ]; then
              : > '{Reached}'
              while [ -d '{_folder.Path}' ] && [ ! -e '{Opened}' ]; do sleep 0.02; done
            fi
            exec '{real}' "$@"

            """);
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>The folder of the program.</summary>
    public string Folder => _folder.Path;

    /// <summary>Whether a decoder stands still.</summary>
    public bool Holds => File.Exists(Reached);

    private string Opened => Path.Combine(_folder.Path, "opened");

    private string Reached => Path.Combine(_folder.Path, "reached");

    /// <summary>Lets all go on.</summary>
    public void Open() => File.WriteAllText(Opened, "");

    public void Dispose()
    {
        Open();
        _folder.Dispose();
    }
}
