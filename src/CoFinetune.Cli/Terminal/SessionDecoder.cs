using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Decoders;
using CoFinetune.Training;

namespace CoFinetune.Cli.Terminal;

/// <summary>The decoder of a command, which ends its workers with the command.</summary>
internal sealed class SessionDecoder : IDisposable
{
    /// <summary>The decoder that a run would use; says so when it is not the one that was asked for.</summary>
    /// <param name="session">Where it is said.</param>
    /// <param name="loader">Kind and time limit; a run's, or the standard.</param>
    /// <exception cref="CoFinetune.Data.DataException">FFmpeg's libraries are asked for and are not there.</exception>
    public SessionDecoder(Session session, LoaderConfig loader)
    {
        Videos = VideoDecoders.Create(loader.Decoder, TimeSpan.FromSeconds(loader.TimeoutSeconds), out var note);
        if (note is not null) session.Say(note);
    }

    /// <summary>The decoder.</summary>
    public IVideoDecoder Videos { get; }

    /// <inheritdoc/>
    public void Dispose() => (Videos as IDisposable)?.Dispose();
}
