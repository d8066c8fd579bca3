using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using TorchSharp;

namespace CoFinetune.Models.Native;

/// <summary>
/// Makes libtorch load where it would not by itself. TorchSharp's shim asks for a symbol version of libstdc++ (GLIBCXX_3.4.32, GCC 13)
/// of which it uses nothing: where the system has an older one, a copy in memory with that need made weak is loaded instead. And
/// <see cref="LibtorchVariable"/> names a libtorch outside the program, such as the one of a python environment. The hook is asked only
/// after the normal load failed, so it does nothing where that works.
/// </summary>
public static class NativeTorch
{
    /// <summary>
    /// Environment variable: the folder with <c>libtorch_cpu.so</c> (and <c>libtorch_cuda.so</c>) of a torch 2.10, for builds that carry none.
    /// </summary>
    public const string LibtorchVariable = "COFINETUNE_LIBTORCH";

    private const string Shim = "LibTorchSharp";
    private const string WaitPolicy = "OMP_WAIT_POLICY";
    private const string DispensableVersion = "GLIBCXX_3.4.32";

    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, nint> Loaded = [];
    private static readonly Dictionary<string, string?> Problems = [];
    private static bool prepared;
    private static bool weakened;

    private static string? External => Environment.GetEnvironmentVariable(LibtorchVariable) is { Length: > 0 } folder ? folder : null;

    private static IReadOnlyList<string> Folders =>
        External is { } folder ? [folder, .. LibrarySearch.ProgramFolders()] : LibrarySearch.ProgramFolders();

    /// <summary>
    /// Installs the hook, once; loads nothing. To be called before the first use of TorchSharp; this assembly does so by itself when it is
    /// first used.
    /// </summary>
    public static void Prepare()
    {
        lock (Gate)
        {
            if (prepared) return;
            prepared = true;
        }
        // libgomp's threads spin for milliseconds after a parallel region by default, which starves the decoders beside them (1.6 times the step time);
        // never to spin costs a waking for each region (1.05 to 1.12 times). Some microseconds do neither.
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable(WaitPolicy) is null)
        {
            UnixLoader.SetDefault("GOMP_SPINCOUNT", "10000");
            UnixLoader.SetDefault(WaitPolicy, "passive");
        }
        // Each step allocates and frees its activations. Fresh from the system they would be cleared page by page, at a tenth of a step; large pages help with the rest.
        if (OperatingSystem.IsLinux())
        {
            UnixLoader.KeepFreedMemory();
            UnixLoader.SetDefault("THP_MEM_ALLOC_ENABLE", "1");
        }
        // cuBLAS is deterministic only with a workspace of a fixed size, which it reads once. This one is its own default on Hopper.
        if (OperatingSystem.IsLinux()) UnixLoader.SetDefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8");
        // Whole frames are scored in many sizes between steps of one: segments that grow keep the GPU's memory in one piece.
        if (OperatingSystem.IsLinux() && Environment.GetEnvironmentVariable("PYTORCH_CUDA_ALLOC_CONF") is null)
            UnixLoader.SetDefault("PYTORCH_ALLOC_CONF", "expandable_segments:True");
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>Loads libtorch, or says why that is impossible. Cheap when it is loaded already.</summary>
    /// <exception cref="NativeTorchException">It cannot be loaded.</exception>
    public static NativeTorchInfo Load()
    {
        Prepare();
        if (External is { } external)
        {
            RequireUsable(external, LibrarySearch.ProgramFolders());
            // Before anything asks for it by name: a libtorch among the system's own libraries would answer first.
            lock (Gate)
            {
                LoadLibtorch(external);
                if (Problems["torch_cpu"] is { } problem) throw LibrarySearch.Explain("torch_cpu", [external], problem);
            }
        }
        var torchSharp = typeof(torch).Assembly;
        var cpu = Require("torch_cpu", torchSharp);
        // The first function of libtorch's stable C interface, new in 2.10.
        if (!NativeLibrary.TryGetExport(cpu, "torch_call_dispatcher", out _))
        {
            throw new NativeTorchException(
                $"{LibrarySearch.Loaded("torch_cpu", Folders)} is older than torch 2.10",
                $"use a build that carries libtorch, or set {LibtorchVariable} to the lib folder of a torch 2.10");
        }
        Require(Shim, torchSharp);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            _ = MatrixProducts.ByOneDnn;
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException
            or EntryPointNotFoundException or BadImageFormatException)
        {
            throw new NativeTorchException(
                $"libtorch was loaded but does not start: {e.Message.Split('\n')[0]}", "use torch 2.10 and its own TorchSharp", e);
        }
        lock (Gate)
        {
            return new NativeTorchInfo(
                Path.GetDirectoryName(LibrarySearch.Loaded("torch_cpu", Folders)) ?? "",
                LibrarySearch.Find(LibrarySearch.FileName(Shim), Folders) ?? "",
                weakened);
        }
    }

    /// <summary>Why a libtorch for CUDA does not serve; null where it does, and where there is none.</summary>
    public static string? CudaProblem()
    {
        if (torch.cuda.is_available() || LibrarySearch.Find(LibrarySearch.FileName("torch_cuda"), Folders) is not { } path) return null;
        if (!OperatingSystem.IsLinux()) return $"{path} finds no GPU";
        return UnixLoader.Load(path, out var problem) == 0
            ? $"{path} cannot be loaded: {problem}"
            : $"{path} finds no GPU that it can use: does nvidia-smi show one, and is its driver as new as libtorch's CUDA{(CudaRuntime.Version is { } version ? $" {version}" : "")}?";
    }

    /// <summary>Refuses a folder without libtorch, and a second libtorch beside the program's own: both would end up in the process.</summary>
    internal static void RequireUsable(string external, IReadOnlyList<string> programFolders)
    {
        var file = LibrarySearch.FileName("torch_cpu");
        if (!File.Exists(Path.Combine(external, file)))
        {
            throw new NativeTorchException(
                $"{LibtorchVariable} is {external}, which {(Directory.Exists(external) ? $"has no {file}" : "does not exist")}",
                "name the folder that holds it: <site-packages>/torch/lib of a torch 2.10");
        }
        if (LibrarySearch.Find(file, programFolders) is { } own)
        {
            throw new NativeTorchException(
                $"{LibtorchVariable} is set, but this build carries its own libtorch: {own}",
                $"unset {LibtorchVariable}, or use a build without libtorch (-p:TorchBackend=none)");
        }
    }

    private static nint Require(string library, Assembly torchSharp)
    {
        if (NativeLibrary.TryLoad(library, torchSharp, null, out var handle)) return handle;
        string? loaderSays;
        lock (Gate) loaderSays = Problems.GetValueOrDefault(library);
        var path = LibrarySearch.Find(LibrarySearch.FileName(library), Folders);
        if (loaderSays is null && path is not null && OperatingSystem.IsLinux()) UnixLoader.Load(path, out loaderSays);
        throw LibrarySearch.Explain(library, Folders, loaderSays);
    }

    /// <summary>The runtime's question for a library that it did not find or could not load; 0 leaves the failure to it.</summary>
    private static nint Resolve(Assembly assembly, string library)
    {
        if (library != Shim && (External is null || library is not ("torch_cpu" or "torch_cuda"))) return 0;
        if (!OperatingSystem.IsLinux() && External is null) return 0;
        lock (Gate)
        {
            if (Loaded.TryGetValue(library, out var known)) return known;
            string? problem = null;
            nint handle = 0;
            try
            {
                handle = library == Shim ? LoadShim(out problem) : LoadFile(library, External!, out problem);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or BadImageFormatException
                or EntryPointNotFoundException or DllNotFoundException)
            {
                problem = e.Message;
            }
            Problems[library] = problem;
            if (handle != 0) Loaded[library] = handle;
            return handle;
        }
    }

    private static nint LoadShim(out string? problem)
    {
        problem = null;
        if (LibrarySearch.Find(LibrarySearch.FileName(Shim), Folders) is not { } path) return 0;
        // A copy in memory has no folder of its own to find its neighbours in: what it needs must be in the process before it.
        LoadLibtorch(External ?? Path.GetDirectoryName(path)!);

        var handle = LoadFile(path, out problem);
        if (handle != 0 || !OperatingSystem.IsLinux()) return handle;
        var image = File.ReadAllBytes(path);
        if (!ElfImage.WeakenVersion(image, DispensableVersion)) return 0;
        handle = UnixLoader.Load(image, Path.GetFileName(path), out problem);
        weakened = handle != 0;
        return handle;
    }

    private static void LoadLibtorch(string folder)
    {
        // cuDNN asks the loader for the compiler of CUDA by its bare name; what a python environment has of it lies beside torch, and torch's own start loads it.
        foreach (var compiler in LibrarySearch.CudaCompilers(folder)) UnixLoader.Load(compiler, out _);
        foreach (var library in (string[])["c10", "torch_cpu", "torch_cuda", "torch"])
        {
            LoadFile(library, folder, out var problem);
            Problems[library] = problem;
        }
    }

    private static nint LoadFile(string library, string folder, out string? problem)
    {
        problem = null;
        return LibrarySearch.Find(LibrarySearch.FileName(library), [folder]) is { } path ? LoadFile(path, out problem) : 0;
    }

    private static nint LoadFile(string path, out string? problem)
    {
        if (OperatingSystem.IsLinux()) return UnixLoader.Load(path, out problem);
        problem = null;
        return NativeLibrary.TryLoad(path, out var handle) ? handle : 0;
    }
}
