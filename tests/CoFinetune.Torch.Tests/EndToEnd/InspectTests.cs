using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using CoFinetune.Models.Weights.Files;
using CoFinetune.Models.Weights.Safetensors;
using CoFinetune.Torch.Tests.Models.Weights.HandMade;
using CoFinetune.Torch.Tests.Support;
using CoFinetune.Training.Checkpoints;
using Xunit;
using static TorchSharp.torch;

namespace CoFinetune.Torch.Tests.EndToEnd;

public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _path;

    public InspectTests()
    {
        using var scope = NewDisposeScope();
        _path = Path.Combine(_folder.Path, "model.safetensors");
        SafetensorsWriter.Write(_path,
        [
            ("head.weight", tensor([3f, -4f, 0.1f, float.NaN, float.PositiveInfinity, float.NegativeInfinity], [2, 3])),
            ("head.bias", tensor([long.MinValue, long.MaxValue])),
            ("trunk.flags", tensor([true, false])),
            ("trunk.brain", tensor([1f, -2.5f]).to_type(bfloat16)),
            ("trunk.huge", tensor([1e300, 1e300])),
            ("trunk.none", zeros(0, 3)),
            ("trunk.lost", tensor(double.NaN)),
        ], new Dictionary<string, string> { ["format"] = "pt", ["by"] = "a\u001b[2J\nb" });
    }

    [Fact]
    public void Inspect_AsJson_GivesEveryFigure()
    {
        var (code, output, error) = SmallWorld.Run("checkpoint", "inspect", _path, "--json", "--values");

        Assert.Equal((0, ""), (code, error));
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal(["schema_version", "path", "format", "parameters", "bytes", "metadata", "tensors"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal(1, root.GetProperty("schema_version").GetInt32());
        Assert.Equal(_path, root.GetProperty("path").GetString());
        Assert.Equal("safetensors", root.GetProperty("format").GetString());
        Assert.Equal(15, root.GetProperty("parameters").GetInt64());
        Assert.Equal(24 + 16 + 2 + 4 + 16 + 0 + 8, root.GetProperty("bytes").GetInt64());
        Assert.Equal("a\u001b[2J\nb", root.GetProperty("metadata").GetProperty("by").GetString());
        var tensors = root.GetProperty("tensors").EnumerateArray().ToDictionary(tensor => tensor.GetProperty("name").GetString()!);

        var weight = tensors["head.weight"];
        Assert.Equal(["name", "dtype", "shape", "norm", "min", "max", "nonfinite", "sha256", "values"], weight.EnumerateObject().Select(property => property.Name));
        Assert.Equal("float32 [2,3] -4 3 3", $"{weight.GetProperty("dtype")} {weight.GetProperty("shape")} {weight.GetProperty("min")} {weight.GetProperty("max")} {weight.GetProperty("nonfinite")}");
        Assert.Equal(Math.Sqrt(9 + 16 + ((double)0.1f * 0.1f)), weight.GetProperty("norm").GetDouble(), 1e-12);
        Assert.Equal("""[3,-4,0.10000000149011612,"nan","inf","-inf"]""", weight.GetProperty("values").GetRawText());
        using (var file = WeightFile.Open(_path))
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(WeightBytes.Of(file, "head.weight"))), weight.GetProperty("sha256").GetString());

        Assert.Equal("[-9223372036854775808,9223372036854775807]", tensors["head.bias"].GetProperty("values").GetRawText());
        Assert.Equal("9223372036854775807", tensors["head.bias"].GetProperty("max").GetRawText());
        Assert.Equal("[true,false]", tensors["trunk.flags"].GetProperty("values").GetRawText());
        Assert.Equal("[1,-2.5]", tensors["trunk.brain"].GetProperty("values").GetRawText());
        Assert.Equal(Math.Sqrt(2) * 1e300, tensors["trunk.huge"].GetProperty("norm").GetDouble(), 1e288);
        Assert.Equal("0 null null", $"{tensors["trunk.none"].GetProperty("norm")} {tensors["trunk.none"].GetProperty("min").GetRawText()} {tensors["trunk.none"].GetProperty("max").GetRawText()}");
        Assert.Equal("0 null 1", $"{tensors["trunk.lost"].GetProperty("norm")} {tensors["trunk.lost"].GetProperty("min").GetRawText()} {tensors["trunk.lost"].GetProperty("nonfinite")}");
    }

    [Fact]
    public void Inspect_AsText_IsATableAndTotals()
    {
        var (code, output, error) = SmallWorld.Run("checkpoint", "inspect", _folder.Path, "--tensor", "head.*", "--tensor", "trunk.brain", "--values");

        Assert.Equal((0, ""), (code, error));
        Assert.Equal(
            """
            tensor           type   shape         norm                   min                  max  not finite
            -----------  --------  ------  -----------  --------------------  -------------------  ----------
            head.bias       int64     [2]  1.30438e+19  -9223372036854775808  9223372036854775807
            head.weight   float32  [2, 3]        5.001                    -4                    3           3
            trunk.brain  bfloat16     [2]      2.69258                  -2.5                    1
            3 tensors, 10 values, 44 bytes, safetensors
            by:
              a\u001b[2J
              b
            format: pt

            head.bias [2]
            -9223372036854775808 9223372036854775807

            head.weight [2, 3]
            3 -4 0.10000000149011612
            nan inf -inf

            trunk.brain [2]
            1 -2.5

            """, output);
    }

    [Fact]
    public void Inspect_OfARun_TakesTheNewestCheckpoint()
    {
        using var scope = NewDisposeScope();
        var store = new CheckpointStore(Path.Combine(_folder.Path, "run", "checkpoints"), keep: 3);
        foreach (var step in (int[])[1, 2])
            store.Save(new CheckpointState { Step = step, Seed = 1, Datasets = [] }, "seed: 1\n", [("a", full(step, 1f))], [("m", zeros(1))]);

        foreach (var place in (string[])["run", "run/checkpoints", "run/checkpoints/step-000002", "run/checkpoints/last"])
        {
            var (code, output, error) = SmallWorld.Run("checkpoint", "inspect", Path.Combine(_folder.Path, place), "--json");
            Assert.Equal((0, ""), (code, error));
            Assert.Contains("\"parameters\":2,", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Inspect_BadFile_IsOneLineAndNoResult()
    {
        var bad = Path.Combine(_folder.Path, "bad.npz");
        // The second array is damaged: nothing of the first may be shown.
        var zip = ZipBytes.Of(("a.npy", NpyBytes.Floats("(1,)", 1)), ("b.npy", NpyBytes.Floats("(1,)", 2)));
        zip.Bytes[zip.Entry(0) - 1] ^= 1;
        File.WriteAllBytes(bad, zip.Bytes);

        foreach (var options in (string[][])[[], ["--values"], ["--json", "--values"]])
        {
            var (code, output, error) = SmallWorld.Run(["checkpoint", "inspect", bad, .. options]);
            Assert.Equal((5, ""), (code, output));
            Assert.Contains("its member 'b.npy' does not match its checksum", error.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
            Assert.Single(error.TrimEnd('\n').Split('\n'));
        }
    }

    [Fact]
    public void Inspect_UnknownTensorOrPlace_IsRefused()
    {
        Assert.Contains("has no tensor 'tail.*'", Refused(_path, "--tensor", "tail.*"), StringComparison.Ordinal);
        Assert.Contains("no such file", Refused(Path.Combine(_folder.Path, "absent.pth")), StringComparison.Ordinal);
        Assert.Contains("is a folder without weights", Refused(Directory.CreateDirectory(Path.Combine(_folder.Path, "empty")).FullName), StringComparison.Ordinal);
    }

    /// <summary>The system's loader tells which libraries the process asks for.</summary>
    [Fact]
    public async Task Inspect_AWholeFile_LoadsNoLibtorch()
    {
        if (!OperatingSystem.IsLinux()) return;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "cofinetune.dll"), "checkpoint", "inspect", _path]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["LD_DEBUG"] = "files";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEndAsync();
        var libraries = await process.StandardError.ReadToEndAsync();
        Assert.Contains("7 tensors, 15 values", await text, StringComparison.Ordinal);
        Assert.Contains("libcoreclr", libraries, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", libraries, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose() => _folder.Dispose();

    private static string Refused(params string[] arguments)
    {
        var (code, output, error) = SmallWorld.Run(["checkpoint", "inspect", .. arguments]);
        Assert.Equal((5, ""), (code, output));
        return error;
    }
}
