using System.Globalization;

namespace CoFinetune.Data.Video;

/// <summary>A folder of numbered images that stands for a video: SlowFast's <c>id_000001.jpg</c>, mmaction2's <c>img_00001.jpg</c>, or any other
/// name that ends in a number.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Prefix">What stands before the number.</param>
/// <param name="Digits">Least digits of the number, zeros in front.</param>
/// <param name="Extension"><c>.jpg</c>, <c>.jpeg</c> or <c>.png</c>.</param>
/// <param name="First">Number of the first image: 0 or 1 in published layouts.</param>
/// <param name="Count">Images, without gaps.</param>
public sealed record FrameFolder(string Path, string Prefix, int Digits, string Extension, int First, int Count)
{
    /// <summary>Frames per second where nobody says otherwise.</summary>
    public const double StandardRate = 30;

    private const int MostDigits = 9;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png"];

    /// <summary>The path of frame <paramref name="index"/>, from 0.</summary>
    public string PathOf(int index) =>
        System.IO.Path.Combine(Path, Prefix + (First + index).ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0') + Extension);

    /// <summary>Lists the images of a folder.</summary>
    /// <exception cref="DataException">There are none, their names differ in more than the number, or a number is missing.</exception>
    public static FrameFolder Open(string folder)
    {
        FrameFolder? first = null;
        int lowest = int.MaxValue, highest = -1, count = 0, least = int.MaxValue, most = 0;
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder).Where(IsImage))
            {
                if (Parse(folder, file) is not { } named) throw new DataException(file, 0, "has no number at the end of its name");
                first ??= named;
                if ((named.Prefix, named.Extension) != (first.Prefix, first.Extension)) throw new DataException(folder, 0, $"has images of two kinds: {first.PathOf(0)} and {System.IO.Path.GetFileName(file)}");
                (lowest, highest, count) = (Math.Min(lowest, named.First), Math.Max(highest, named.First), count + 1);
                (least, most) = (Math.Min(least, named.Digits), Math.Max(most, named.Digits));
            }
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw DataException.Unreadable(folder, cause);
        }
        if (first is null) throw new DataException(folder, 0, "holds no images");
        if (highest - lowest + 1 != count) throw new DataException(folder, 0, $"has {count} images with numbers from {lowest} to {highest}, so {highest - lowest + 1 - count} are missing");
        return most == Math.Max(least, highest.ToString(CultureInfo.InvariantCulture).Length)
            ? first with { First = lowest, Count = count, Digits = least }
            : throw new DataException(folder, 0, $"has images whose numbers have {least} and {most} digits");
    }

    internal static bool IsImage(string path) => Extensions.Contains(System.IO.Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    private static FrameFolder? Parse(string folder, string file)
    {
        var stem = System.IO.Path.GetFileNameWithoutExtension(file);
        var digits = 0;
        while (digits < Math.Min(stem.Length, MostDigits) && char.IsAsciiDigit(stem[^(digits + 1)])) digits++;
        return digits == 0 ? null : new(folder, stem[..^digits], digits, System.IO.Path.GetExtension(file), int.Parse(stem[^digits..], CultureInfo.InvariantCulture), 1);
    }
}
