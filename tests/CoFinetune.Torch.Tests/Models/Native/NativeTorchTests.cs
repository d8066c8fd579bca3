using System.Runtime.InteropServices;
using CoFinetune.Models.Native;
using CoFinetune.Torch.Tests.Support;
using TorchSharp;
using Xunit;

namespace CoFinetune.Torch.Tests.Models.Native;

public sealed class NativeTorchTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("cofinetune").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Load_HereAndTwice_TellsWhatWasLoaded()
    {
        var info = NativeTorch.Load();

        Assert.True(File.Exists(Path.Combine(info.Folder, LibrarySearch.FileName("torch_cpu"))));
        Assert.Equal(LibrarySearch.FileName("LibTorchSharp"), Path.GetFileName(info.Shim));
        Assert.Equal(info, NativeTorch.Load());
        Assert.Equal(3, torch.ones(3).sum().item<float>());
    }

    [Fact]
    public void RequireUsable_FolderMissingOrEmpty_NamesItAndTheVariable()
    {
        var missing = Assert.Throws<NativeTorchException>(() => NativeTorch.RequireUsable(Path.Combine(_folder, "nowhere"), []));
        var empty = Assert.Throws<NativeTorchException>(() => NativeTorch.RequireUsable(_folder, []));

        Assert.Equal($"COFINETUNE_LIBTORCH is {Path.Combine(_folder, "nowhere")}, which does not exist", missing.Message);
        Assert.Equal($"COFINETUNE_LIBTORCH is {_folder}, which has no {LibrarySearch.FileName("torch_cpu")}", empty.Message);
        Assert.NotEmpty(empty.Hint);
    }

    [Fact]
    public void RequireUsable_ProgramWithItsOwnLibtorch_IsRefused()
    {
        var own = Directory.CreateDirectory(Path.Combine(_folder, "own")).FullName;
        foreach (var folder in (string[])[_folder, own]) File.WriteAllBytes(Path.Combine(folder, LibrarySearch.FileName("torch_cpu")), []);

        NativeTorch.RequireUsable(_folder, []);
        var error = Assert.Throws<NativeTorchException>(() => NativeTorch.RequireUsable(_folder, [own]));

        Assert.Contains("carries its own libtorch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CudaCompilers_OfAPythonEnvironment_AreItsPartsAndThenItself()
    {
        if (!OperatingSystem.IsLinux()) return;
        var torchLib = Directory.CreateDirectory(Path.Combine(_folder, "torch", "lib")).FullName;
        Assert.Empty(LibrarySearch.CudaCompilers(torchLib));
        foreach (var package in (string[])["cu13", "cudnn"])
        {
            var lib = Directory.CreateDirectory(Path.Combine(_folder, "nvidia", package, "lib")).FullName;
            foreach (var file in (string[])["libnvrtc.so.13", "libnvrtc-builtins.so.13.0", "libother.so.9"])
                if (package == "cu13" || file.StartsWith("libother", StringComparison.Ordinal)) File.WriteAllBytes(Path.Combine(lib, file), []);
        }
        Directory.CreateDirectory(Path.Combine(_folder, "nvidia", "headers"));
        Assert.Equal(["libnvrtc-builtins.so.13.0", "libnvrtc.so.13"], LibrarySearch.CudaCompilers(torchLib).Select(Path.GetFileName));
        Assert.Empty(LibrarySearch.CudaCompilers(Path.Combine(_folder, "nowhere")));
    }

    [Fact]
    public void Explain_EachCause_NamesIt()
    {
        Assert.Equal(
            $"{LibrarySearch.FileName("torch_cpu")} is in none of {_folder}, /b",
            LibrarySearch.Explain("torch_cpu", [_folder, "/b"], null).Message);
        if (!OperatingSystem.IsLinux()) return;

        var path = Path.Combine(_folder, "libtorch_cpu.so");
        var here = (ushort)(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 183 : 62);
        File.WriteAllBytes(path, TinyElf.Create((ushort)(here == 62 ? 183 : 62), "A"));
        Assert.StartsWith($"{path} is built for ", LibrarySearch.Explain("torch_cpu", [_folder], "anything").Message, StringComparison.Ordinal);

        File.WriteAllBytes(path, TinyElf.Create(here, "A"));
        Assert.Equal(
            $"{path} needs GLIBCXX_3.4.33, which this system's /lib/libstdc++.so.6 lacks",
            LibrarySearch.Explain("torch_cpu", [_folder], "/lib/libstdc++.so.6: version `GLIBCXX_3.4.33' not found (required by x)").Message);
        Assert.Equal(
            $"{path} cannot be loaded: libgomp.so.1: cannot open shared object file",
            LibrarySearch.Explain("torch_cpu", [_folder], "libgomp.so.1: cannot open shared object file").Message);
    }

    [Fact]
    public void UnixLoader_ImageThatIsNoLibrary_GivesTheLoadersWords()
    {
        if (!OperatingSystem.IsLinux()) return;

        Assert.Equal(0, UnixLoader.Load([1, 2, 3], "libnothing.so", out var problem));

        Assert.Contains("libnothing.so", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_OfTheWholeProcess_AreReadBack()
    {
        NativeTorch.Load();
        Assert.Equal("2.10.0", Libtorch.Version);
        foreach (var on in new[] { false, true, false })
        {
            Libtorch.AllowTf32 = on;
            Assert.Equal((on, on), (Libtorch.AllowTf32, torch.backends.cudnn.allow_tf32));
        }
    }

    [Fact]
    public void CudaRuntime_WithoutOne_KnowsNothing()
    {
        if (torch.cuda.is_available()) return;
        Assert.Null(CudaRuntime.Memory());
        Assert.Null(CudaRuntime.Version);
        Assert.Null(CudaRuntime.DriverVersion);
    }

    [Fact]
    public void TryUseDeterministicAlgorithms_OnAndOff_IsAccepted()
    {
        NativeTorch.Load();

        Assert.True(Libtorch.TryUseDeterministicAlgorithms(true));
        Assert.True(Libtorch.TryUseDeterministicAlgorithms(false));
    }
}
