namespace CoFinetune.Training;

/// <summary>Memory of this process.</summary>
internal static class MemoryRecord
{
    /// <summary>The most that was in use at once, in bytes; null where the system does not say.</summary>
    public static long? Peak()
    {
        try
        {
            const string Key = "VmHWM:";
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(Key, StringComparison.Ordinal));
            return line is null ? null : long.Parse(line[Key.Length..].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) * 1024;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
