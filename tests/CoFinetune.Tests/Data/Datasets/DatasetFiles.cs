using CoFinetune.Tests.Support;

namespace CoFinetune.Tests.Data.Datasets;

/// <summary>Fills a temporary data root with annotation files and empty stand-ins for videos.</summary>
internal static class DatasetFiles
{
    public static TemporaryFolder With(this TemporaryFolder root, string file, string text = "")
    {
        root.Write(file, text);
        return root;
    }

    public static string At(this TemporaryFolder root, string relative) => Path.Combine(root.Path, relative);
}
