using CoFinetune.Training.Checkpoints;

namespace CoFinetune.Torch.Tests.Training.Checkpoints;

/// <summary>How the chosen operation goes wrong.</summary>
internal enum Fault
{
    /// <summary>It throws; everything after it works.</summary>
    Error,

    /// <summary>As <see cref="Error"/>, for want of space.</summary>
    DiskFull,

    /// <summary>The process dies before it.</summary>
    Kill,

    /// <summary>The process dies half-way through it.</summary>
    Torn,

    /// <summary>The machine dies before it: bytes and names that were not synced are lost.</summary>
    PowerCut,
}

/// <summary>The process is gone; nothing may handle this.</summary>
internal sealed class KilledException : Exception;

/// <summary>A file layer in which one operation, counted from 1, goes wrong. It syncs nothing for real.</summary>
internal sealed class FaultyFiles(Fault fault, int failAt) : DurableFiles
{
    private const int NoSpace = 28;

    private readonly Dictionary<string, (bool Bytes, bool Name)> _synced = [];
    private bool _dead;

    public int Count { get; private set; }

    /// <summary>The operation that goes wrong.</summary>
    public int FailAt { get; set; } = failAt;

    public override void CreateDirectory(string path)
    {
        Enter();
        base.CreateDirectory(path);
    }

    public override Stream Create(string path, long size)
    {
        Enter();
        _synced[path] = (false, false);
        return new FaultyStream(this, base.Create(path, 0));
    }

    public override void Sync(Stream stream)
    {
        Enter();
        var path = ((FaultyStream)stream).Path;
        _synced[path] = (true, _synced[path].Name);
    }

    public override void SyncDirectory(string path)
    {
        Enter();
        foreach (var file in FilesOf(path)) _synced[file] = (_synced[file].Bytes, true);
    }

    public override void Rename(string from, string to)
    {
        Enter();
        base.Rename(from, to);
        foreach (var file in FilesOf(from))
        {
            _synced.Remove(file, out var state);
            _synced[Path.Combine(to, Path.GetFileName(file))] = state;
        }
    }

    public override void DeleteDirectory(string path)
    {
        Enter(() => File.Delete(Directory.GetFiles(path).Order().First()));
        base.DeleteDirectory(path);
    }

    public override void Link(string link, string target)
    {
        Enter();
        base.Link(link, target);                // its renaming is an operation of its own
    }

    private List<string> FilesOf(string folder) => [.. _synced.Keys.Where(file => Path.GetDirectoryName(file) == folder)];

    private void Enter(Action? half = null)
    {
        if (_dead) throw new KilledException();
        if (++Count != FailAt) return;
        switch (fault)
        {
            case Fault.Error:
                throw new IOException("injected");
            case Fault.DiskFull:
                throw new IOException("no space left", NoSpace);
            case Fault.Torn:
                half?.Invoke();
                break;
            case Fault.PowerCut:
                LoseUnsynced();
                break;
            default:
                break;
        }
        _dead = true;
        throw new KilledException();
    }

    private void LoseUnsynced()
    {
        foreach (var (file, (bytes, name)) in _synced.Where(pair => File.Exists(pair.Key)))
        {
            if (!name)
            {
                File.Delete(file);
            }
            else if (!bytes)
            {
                using var stream = new FileStream(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                stream.SetLength(stream.Length / 2);
            }
        }
    }

    private sealed class FaultyStream(FaultyFiles owner, Stream inner) : Stream
    {
        public string Path => ((FileStream)inner).Name;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position { get => inner.Position; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            var half = buffer[..(buffer.Length / 2)].ToArray();
            owner.Enter(() => inner.Write(half));
            inner.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush() => inner.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
