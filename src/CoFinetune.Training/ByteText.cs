namespace CoFinetune.Training;

/// <summary>Numbers of bytes for people.</summary>
public static class ByteText
{
    /// <summary>In MiB, or GiB from one on.</summary>
    public static string Of(long bytes) => bytes >= 1L << 30 ? $"{bytes / (double)(1L << 30):0.0} GiB" : $"{bytes / (double)(1L << 20):0.0} MiB";
}
