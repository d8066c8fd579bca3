using System.Security.Cryptography;
using System.Text;

namespace CoFinetune.Training.Sweeps;

/// <summary>Names of jobs that people can read and every file system can hold.</summary>
internal static class SweepJobName
{
    private const int LongestValue = 32;
    private const int LongestName = 120;

    /// <summary><c>lr=0.01_seed=2</c>: each key as short as it is still told from the others. What does not fit a file name becomes '-', and a hash then tells the jobs apart.</summary>
    public static string Of(IReadOnlyList<string> keys, IReadOnlyList<string> values)
    {
        var exact = true;
        var name = string.Join('_', keys.Select((key, i) => $"{Plain(Short(key, keys), ref exact)}={Plain(values[i], ref exact)}"));
        if (name.Length > LongestName) (name, exact) = (name[..LongestName], false);
        return exact ? name : $"{name}-{Hash(string.Join('\n', keys.Zip(values, (key, value) => $"{key}={value}")))[..8]}";
    }

    /// <summary>SHA-256 in hexadecimal digits.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The last components of a dotted key, as many as no other key ends with.</summary>
    private static string Short(string key, IReadOnlyList<string> keys)
    {
        var parts = key.Split('.');
        for (var take = 1; take < parts.Length; take++)
        {
            var end = string.Join('.', parts[^take..]);
            if (keys.Count(other => other == end || other.EndsWith($".{end}", StringComparison.Ordinal)) == 1) return end;
        }
        return key;
    }

    private static string Plain(string text, ref bool exact)
    {
        var plain = new StringBuilder();
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '_') plain.Append(c);
            else if (plain.Length > 0 && plain[^1] != '-') plain.Append('-');
        }
        var name = plain.ToString().TrimEnd('-');
        if (name.Length > LongestValue) name = name[..LongestValue];
        exact &= name == text;
        return name;
    }
}
