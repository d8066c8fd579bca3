namespace CoFinetune.Tests.Data.Datasets;

/// <summary>A temporary data root with text files and empty stand-ins for videos.</summary>
internal sealed class AnnotationFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("cofinetune-datasets-").FullName;

    public string Path(string relative) => System.IO.Path.Combine(Root, relative);

    public AnnotationFolder With(string file, string text = "")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path(file))!);
        File.WriteAllText(Path(file), text);
        return this;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
