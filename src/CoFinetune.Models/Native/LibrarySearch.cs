using System.Text.RegularExpressions;

namespace CoFinetune.Models.Native;

/// <summary>Where native libraries may lie, and in words why one cannot be loaded.</summary>
internal static partial class LibrarySearch
{
    /// <summary>The folders that the runtime searches for this program's native libraries.</summary>
    public static IReadOnlyList<string> ProgramFolders() =>
    [
        .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.TrimEndingDirectorySeparator(folder))
            .Distinct(),
    ];

    /// <summary>The platform's file name of a library: <c>libtorch_cpu.so</c>.</summary>
    public static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary>The real path, links resolved, in the first of <paramref name="folders"/> that has the file; null when none has.</summary>
    public static string? Find(string fileName, IEnumerable<string> folders)
    {
        var path = folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists);
        return path is null ? null : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
    }

    /// <summary>
    /// CUDA's runtime compiler, its parts before itself, in a folder of libtorch and where a python environment has it: <c>site-packages/nvidia/*/lib</c> beside
    /// <c>site-packages/torch/lib</c>.
    /// </summary>
    public static IEnumerable<string> CudaCompilers(string folder)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists(folder)) return [];
        var packages = Path.Combine(folder, "..", "..", "nvidia");
        string[] folders = [folder, .. Directory.Exists(packages) ? Directory.EnumerateDirectories(packages).Select(package => Path.Combine(package, "lib")).Where(Directory.Exists) : []];
        return from name in (string[])["libnvrtc-builtins.so.*", "libnvrtc.so.*"] from place in folders from file in Directory.EnumerateFiles(place, name) select file;
    }

    /// <summary>The file from which <paramref name="library"/> is in this process: the system may have one of its own.</summary>
    public static string Loaded(string library, IReadOnlyList<string> folders)
    {
        var file = FileName(library);
        var mapped = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains($"/{file}", StringComparison.Ordinal))
            : null;
        return mapped is null ? Find(file, folders) ?? file : mapped[mapped.IndexOf('/', StringComparison.Ordinal)..];
    }

    /// <summary>What keeps <paramref name="library"/> from loading.</summary>
    /// <param name="library">The name without prefix and ending: <c>torch_cpu</c>.</param>
    /// <param name="folders">Where it was looked for.</param>
    /// <param name="loaderSays">The loader's own words, when it had any.</param>
    public static NativeTorchException Explain(string library, IReadOnlyList<string> folders, string? loaderSays)
    {
        var file = FileName(library);
        if (Find(file, folders) is not { } path)
        {
            return new NativeTorchException(
                $"{file} is in none of {string.Join(", ", folders)}",
                $"use a build that carries libtorch, or set {NativeTorch.LibtorchVariable} to the lib folder of a torch 2.10");
        }
        if (OperatingSystem.IsLinux() && ElfImage.ArchitectureProblem(Start(path)) is { } problem)
            return new NativeTorchException($"{path} {problem}", "use the build for this machine");
        if (loaderSays is not null && MissingVersion().Match(loaderSays) is { Success: true } missing)
        {
            return new NativeTorchException(
                $"{path} needs {missing.Groups["version"].Value}, which this system's {missing.Groups["library"].Value} lacks",
                "use a newer system: glibc 2.34 and the libstdc++ of GCC 12 at least (Debian 12, Ubuntu 22.04, RHEL 9)");
        }
        return new NativeTorchException(
            $"{path} cannot be loaded: {loaderSays ?? "the loader gives no reason"}", "run with LD_DEBUG=libs to see what the loader looks for");
    }

    private static byte[] Start(string path)
    {
        using var file = File.OpenHandle(path);
        var start = new byte[64];
        return start[..RandomAccess.Read(file, start, 0)];
    }

    /// <summary>glibc's words: <c>/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by …)</c>.</summary>
    [GeneratedRegex("(?<library>[^\\s:]+): version [`'](?<version>[^']+)' not found")]
    private static partial Regex MissingVersion();
}
