using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Data.Datasets;
using CoFinetune.Tests.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

/// <summary>Broken and hostile files, each one message with file and line, in bounded memory and time.</summary>
public sealed class HostileAnnotationTests : IDisposable
{
    private const string Kinetics = "label,youtube_id,time_start,time_end,split\n";
    private const string Coco = """{"images": [{"id": 1, "movie": "m", "timestamp": 902, "width": 100, "height": 100}], "annotations": [""";
    private static readonly string Long = new('a', 300_000);
    private readonly TemporaryFolder _folder = new();

    public HostileAnnotationTests() => _folder
        .With("videos/a.mp4").With("a.mp4")
        .With("labels.json", """{"Holding something": "0", "Moving something": "1"}""")
        .With("classes.txt", "walk\nrun\n");

    public void Dispose() => _folder.Dispose();

    [Theory]
    // AVA ground truth
    [InlineData("ava", "m,902,.1,.1,.2\n", 1)]
    [InlineData("ava", "m,902\nm,902,.1,.1,.2,.2,1,0,9\n", 2)]
    [InlineData("ava", "m,902,NaN,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "m,902,.1,Infinity,.2,.2,1,0\n", 1)]
    [InlineData("ava", "m,902,.1,.1,1e400,.2,1,0\n", 1)]
    [InlineData("ava", "m,-1,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "m,1e30,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "m,NaN,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "\"m,902,.1,.1,.2,.2,1,0\nm,903,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "\"m\"x,902,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "m,902,.1,.1,.2,.2,99999999999,0\n", 1)]
    [InlineData("ava", "m,902,.1,.1,.2,.2,1.5,0\n", 1)]
    [InlineData("ava", "m,902,.1,.1,.2,.2,7,0\n", 1)]
    [InlineData("ava", "m,902,.5,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "m,902,10,20,30,40,1,0\n", 1)]
    [InlineData("ava", " ,902,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "a\0b,902,.1,.1,.2,.2,1,0\n", 1)]
    [InlineData("ava", "\n\nm;902;.1;.1;.2;.2;1;0\n", 3)]
    [InlineData("ava", "video_id,timestamp,x1,y1,x2,y2,action,person\n", 1)]
    [InlineData("ava", "<html><body>404, not found</body></html>\n", 1)]
    // Excluded timestamps, predictions, boxes
    [InlineData("excluded", "m,902,3\n", 1)]
    [InlineData("excluded", "m,-902\n", 1)]
    [InlineData("boxes", "m,902,.1,.1,.2,.2,,1e999\n", 1)]
    [InlineData("boxes", "m,902,.1,.1,.2,.2,,-0.5\n", 1)]
    [InlineData("boxes", "m,902,.1,.1,.2,.2,0.5\n", 1)]
    // Label maps
    [InlineData("pbtxt", "item { name: \"a\" id: 99999999999999999999 }", 1)]
    [InlineData("pbtxt", "item { name: \"a\" id: 1 }\nitem { name: \"b\" id: 1 }", 2)]
    [InlineData("pbtxt", "item { item { item { name: \"a\" id: 1 } } }", 1)]
    [InlineData("pbtxt", "item { name: \"a", 1)]
    // Kinetics
    [InlineData("kinetics", Kinetics + "yoga,../../outside,0,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,..,0,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,/etc/passwd,0,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,a\0b,0,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,a,-5,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,a,0,99999999999,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,a,NaN,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "\"yoga,a,0,10,train\n", 2)]
    [InlineData("kinetics", Kinetics + "yoga,a,0\n", 2)]
    // Lists and class names
    [InlineData("list", "a.mp4 0\n../outside.mp4 0\n", 2)]
    [InlineData("list", "/etc/passwd 0\n", 1)]
    [InlineData("list", "a.mp4\0/../../outside.mp4 0\n", 1)]
    [InlineData("list", "a.mp4 99999999999\n", 1)]
    [InlineData("list", "a.mp4 -1\n", 1)]
    [InlineData("list", "a.mp4 NaN\n", 1)]
    [InlineData("classes", "walk,0\nrun,2147483647\n", 2)]
    [InlineData("classes", "walk,0\nwalk,1\n", 2)]
    [InlineData("classes", "walk,0\nrun,-1\n", 2)]
    [InlineData("multi", "a.mp4,0,0\n", 1)]
    [InlineData("multi", "a.mp4,5\n", 1)]
    [InlineData("multi", "a.mp4\n", 1)]
    [InlineData("multi", "../outside.mp4,0\n", 1)]
    // Something-Something
    [InlineData("ss-labels", "{\"a\": \"0\",\n \"a\": \"1\"}", 2)]
    [InlineData("ss-labels", "{\"a\": \"0\", \"b\": \"0\"}", 1)]
    [InlineData("ss-labels", "{\"a\": \"2147483648\"}", 1)]
    [InlineData("ss-labels", "{\"a\": 1e400}", 1)]
    [InlineData("ss-labels", "{\"a\": \"0\"} {}", 1)]
    [InlineData("ss-labels", "{\n", 2)]
    [InlineData("ss-labels", "{}", 0)]
    [InlineData("ss-clips", "[{\"id\": \"../outside\", \"template\": \"Holding [something]\"}]", 1)]
    [InlineData("ss-clips", "[{\"id\": \"..\", \"template\": \"Holding [something]\"}]", 1)]
    [InlineData("ss-clips", "[{\"id\": \"a\\u0000b\", \"template\": \"Holding [something]\"}]", 1)]
    [InlineData("ss-clips", "[{\"id\": \"\\ud800\", \"template\": \"Holding [something]\"}]", 1)]
    [InlineData("ss-clips", "[\n{\"id\": \"1\"}]", 2)]
    [InlineData("ss-clips", "[{\"id\": \"1\", \"template\": \"Eating [something]\"}]", 1)]
    [InlineData("ss-clips", "[{\"id\": \"1\", \"template\": [\"Holding\"]}]", 1)]
    [InlineData("ss-clips", "[1, 2]", 1)]
    [InlineData("ss-clips", "[{\"id\": 1, \"id\": 2}]", 1)]
    [InlineData("ss-clips", "[,]", 1)]
    // COCO
    [InlineData("boxes", Coco + "{\"image_id\": 2, \"bbox\": [0, 0, 1, 1]}]}", 1)]
    [InlineData("boxes", Coco + "\n{\"image_id\": 1, \"bbox\": [0, 0, 1]}]}", 2)]
    [InlineData("boxes", Coco + "{\"image_id\": 1, \"bbox\": [0, 0, 1, 1, 1]}]}", 1)]
    [InlineData("boxes", Coco + "{\"image_id\": 1, \"bbox\": [0, 0, NaN, 1]}]}", 1)]
    [InlineData("boxes", Coco + "{\"image_id\": 1, \"bbox\": [0, 0, 1e400, 1]}]}", 1)]
    [InlineData("boxes", Coco + "{\"image_id\": 1, \"bbox\": [-50, 0, 10, 10]}]}", 1)]
    [InlineData("boxes", Coco + "{\"image_id\": 1, \"bbox\": [0, 0, 10, 10], \"score\": 2}]}", 1)]
    [InlineData("boxes", Coco + "{\"bbox\": [0, 0, 10, 10]}]}", 1)]
    [InlineData("boxes", Coco + "]} trailing", 1)]
    [InlineData("boxes", """{"images": [{"id": 1, "file_name": "a/../b.jpg", "width": 9, "height": 9}], "annotations": []}""", 1)]
    [InlineData("boxes", """{"images": [{"id": 1, "movie": "m", "timestamp": -1, "width": 9, "height": 9}], "annotations": []}""", 1)]
    [InlineData("boxes", """{"images": [{"id": 1, "movie": "m", "timestamp": 1, "width": 0, "height": 9}], "annotations": []}""", 1)]
    [InlineData("boxes", """{"annotations": []}""", 0)]
    [InlineData("boxes", "[", 1)]
    public void Read_CraftedText_IsOneMessageWithItsLine(string kind, string text, int line) => Fails(kind, Encoding.UTF8.GetBytes(text), line);

    [Theory]
    [InlineData("ava", 1)]
    [InlineData("kinetics", 1)]
    [InlineData("list", 1)]
    [InlineData("classes", 1)]
    [InlineData("ss-clips", 1)]
    [InlineData("pbtxt", 1)]
    public void Read_LatinLetters_AreNoUtf8(string kind, int line) => Fails(kind, kind switch
    {
        "ava" => [.. "m"u8, 0xe9, .. ",902,.1,.1,.2,.2,1,0\n"u8],
        "kinetics" => [.. "label,youtube_id,"u8, 0xe9, .. ",time_start,time_end\n"u8],
        "ss-clips" => [.. "[{\"id\": \""u8, 0xe9, .. "\"}]"u8],
        "pbtxt" => [.. "item { name: \""u8, 0xe9, .. "\" id: 1 }"u8],
        _ => [.. "caf"u8, 0xe9, .. ".mp4 0\n"u8],
    }, line);

    [Theory]
    [InlineData("ss-clips")]
    [InlineData("boxes")]
    public void Read_TenThousandLevels_AreRefused(string kind) => Fails(kind, Encoding.UTF8.GetBytes(new string('[', 10_000) + new string(']', 10_000)), 1);

    [Theory]
    [InlineData("ava")]
    [InlineData("excluded")]
    [InlineData("list")]
    [InlineData("classes")]
    public void Read_LineOfAHundredMegabytes_IsRefused(string kind)
    {
        var line = new byte[100 << 20];
        Array.Fill(line, (byte)'7');
        Fails(kind, line, 1);
    }

    [Theory]
    [InlineData("ava", 0)]
    [InlineData("boxes", 0)]
    public void Read_GzipBomb_IsRefused(string kind, int line)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            for (var i = 0; i < 150; i++) gzip.Write(new byte[1 << 20]);
        Fails(kind, packed.ToArray(), line, most: 400 << 20);
    }

    [Fact]
    public void Read_GzipCutShort_IsRefused()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes("m,902,.1,.1,.2,.2,1,0\n"));
        Fails("ava", packed.ToArray()[..^6], 0);
    }

    [Fact]
    public void Read_ManyPersonsAtOneKeyframe_AreRefusedSoon() =>
        Fails("boxes", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100_000).Select(i => FormattableString.Invariant($"m,902,{i / 200_000.0},.1,.9,.2,,.9\n")))), 2001, most: 1 << 30);

    [Fact]
    public void Read_LongNames_AreShortened() => Fails("list", Encoding.UTF8.GetBytes(Long + "\n"), 1);

    [Theory]
    [InlineData("8003636f730a73797374656d0a58020000006c73855271002e", "os.system")]                                // os.system("ls")
    [InlineData("80046383", "name without end")]
    [InlineData("800463626f74740a64656c0a2e", "bott.del")]
    [InlineData("8004", "cut off")]
    [InlineData("80067d2e", "protocol 2 to 5")]
    [InlineData("80047d", "cut off")]
    [InlineData("80047d2e2e", "after its end")]
    [InlineData("80042e", "empty stack")]
    [InlineData("80045d2e", "code 0x5d")]                                                                           // a list
    [InlineData("80048c0161692e", "code 0x69")]                                                                     // INST, which calls
    [InlineData("800428636f730a73797374656d0a6f2e", "os.system")]                                                   // OBJ
    [InlineData("80044b0152 2e", "empty stack")]
    [InlineData("80044b014b0252 2e", "calls something")]
    [InlineData("80048effffffffffffff7f2e", "cut off")]                                                             // BINBYTES8 of 2^63 - 1
    [InlineData("80048effffffffffffffff2e", "impossible length")]
    [InlineData("8004 58ffffffff 612e", "cut off")]
    [InlineData("8004 68 05 2e", "never remembered")]
    [InlineData("8004 7d 4b01 4b02 73 2e", "not \"video,timestamp\"")]
    [InlineData("8004 7d 8c03612c31 4b02 73 2e", "no array of boxes")]
    [InlineData("8004 7d 8c03612c31 4e 73 8c03612c31 4e 73 2e", "no array of boxes")]
    [InlineData("8004 7d 28 4b01 75 2e", "no dictionary")]
    [InlineData("8004 4b05 2e", "no dictionary from")]
    [InlineData("8004 636e756d70790a64747970650a 8c024f38 85 52 2e", "'O8'")]                                       // dtype('O8')
    [InlineData("8004 636e756d70790a64747970650a 8c026638 85 52 7d 62 2e", "sets attributes")]
    [InlineData("8004 8c01ff 2e", "not UTF-8")]
    [InlineData("8004 8a09 010101010101010101 2e", "64 bits")]
    public void Read_CraftedPickle_IsOneMessage(string hex, string problem) =>
        Assert.Contains(problem, Fails("boxes", Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), 0).Problem, StringComparison.Ordinal);

    [Fact]
    public void Read_PickleOfOneArrayUnderManyKeys_StaysSmall()
    {
        // An array of 100 rows, then 20,000 keys that recall it: 2 million boxes out of 300 kB.
        List<byte> program =
        [
            0x80, 4, (byte)'}', .. "cnumpy._core.numeric\n_frombuffer\n"u8, (byte)'(',
            (byte)'B', .. BitConverter.GetBytes(2000), .. new byte[2000], .. "cnumpy\ndtype\n"u8, 0x8c, 2, .. "f4"u8, 0x85, (byte)'R',
            (byte)'K', 100, (byte)'K', 5, 0x86, 0x8c, 1, (byte)'C', (byte)'t', (byte)'R', (byte)'q', 0, (byte)'0',
        ];
        for (var key = 0; key < 20_000; key++) program.AddRange([0x8c, 7, .. Encoding.ASCII.GetBytes($"m,{key:00000}"), (byte)'h', 0, (byte)'s']);
        program.Add((byte)'.');
        Fails("boxes", [.. program], 0);
    }

    [Theory]
    [InlineData("ava", "m,902,.1,.1,.2,.2,1,0\n\"n,1\",12.500,0,.25,1,.75,2\nm,903\n")]
    [InlineData("boxes", "m,902,.1,.1,.2,.2,,.9\nm,903,0,0,1,1,-1,0.5\n")]
    [InlineData("pbtxt", "item {\n  name: \"a\"\n  id: 1\n}\nlabel { name: 'b' label_id: 2 }\n")]
    [InlineData("kinetics", Kinetics + "yoga,a,0,10,train\n\"a \"\"b\"\"\",a_,7,17,train\n")]
    [InlineData("list", "a.mp4 0\nvideos/a.mp4\t1\n")]
    [InlineData("classes", "walk,0\nrun,1\n")]
    [InlineData("multi", "a.mp4,0,1\nvideos/a.mp4,1\n")]
    [InlineData("ss-labels", "{\"Holding something\": \"0\", \"Moving something\": 1}")]
    [InlineData("ss-clips", "[{\"id\": \"1\", \"template\": \"Holding [something]\", \"x\": [1, {\"y\": null}]}]")]
    [InlineData("boxes", Coco + "{\"image_id\": 1, \"bbox\": [0, 0, 10, 10], \"score\": 0.9, \"category_id\": 1}]}")]
    [InlineData("boxes", "base64:gASVvgAAAAAAAAB9lIwGYSwwOTAylIwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAUsFhpRoBYwFZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPpROTk5K/////0r/////SwB0lGKJQyg/wAAAAAAAAD/QAAAAAAAAP+AAAAAAAAA/6AAAAAAAAD/gAAAAAAAAlHSUYnMu")]
    public void Read_Mutations_EndInAValueOrAnExplanation(string kind, string seed)
    {
        var whole = seed.StartsWith("base64:", StringComparison.Ordinal) ? Convert.FromBase64String(seed[7..]) : Encoding.UTF8.GetBytes(seed);
        var random = new Random(17);
        for (var round = 0; round < 150; round++)
        {
            var bytes = whole.ToList();
            for (var change = random.Next(1, 5); change > 0 && bytes.Count > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0: bytes[at] = (byte)random.Next(256); break;
                    case 1: bytes.RemoveRange(at, random.Next(1, bytes.Count - at + 1)); break;
                    case 2: bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at)).ToArray()); break;
                    default: bytes.Insert(at, "\"\n,{}[]0-e."u8[random.Next(11)]); break;
                }
            }
            var path = Write([.. bytes]);
            try
            {
                Read(kind, path);
            }
            catch (DataException error)
            {
                AssertExplained(error);
            }
        }
    }

    private DataException Fails(string kind, byte[] content, int line, long most = 0)
    {
        var path = Write(content);
        var (since, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var error = Assert.Throws<DataException>(() => Read(kind, path));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((path, line), (error.File, error.Line));
        AssertExplained(error);
        Assert.True(allocated < Math.Max(most, (2L * content.Length) + (64 << 20)), $"{allocated >> 20} MiB for a file of {content.Length >> 20}");
        Assert.True(since.Elapsed < TimeSpan.FromSeconds(20), $"{since.Elapsed.TotalSeconds:0} s");
        return error;
    }

    private static void AssertExplained(DataException error)
    {
        Assert.NotEmpty(error.Problem);
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.True(error.Problem.Length <= 1001);
    }

    private string Write(byte[] content)
    {
        File.WriteAllBytes(_folder.At("file"), content);
        return _folder.At("file");
    }

    private void Read(string kind, string path)
    {
        var labels = new LabelMap([(1, "walk"), (2, "run")]);
        switch (kind)
        {
            case "ava": AvaAnnotations.Read(path, labels, LabelsOutsideMap.Error, "map"); break;
            case "excluded": AvaExcludedTimestamps.Read(path); break;
            case "boxes": AvaPersonBoxes.Read(path, 0.5); break;
            case "pbtxt": LabelMapFile.Read(path); break;
            case "kinetics": KineticsCsv.Read(path); break;
            case "list": new KineticsConfig { Train = "file", Val = "file", Videos = "." }.WithMissingVideos().Open(DataSplit.Train, _folder.Path); break;
            case "classes": ClassList.Read(path); break;
            case "multi": new MomentsConfig { Train = "file", Val = "file", Categories = "classes.txt", MultiLabel = true }.WithMissingVideos().Open(DataSplit.Train, _folder.Path); break;
            case "ss-labels": SomethingSomethingJson.ReadLabels(path); break;
            case "ss-clips": SomethingSomethingJson.ReadClips(path, SomethingSomethingJson.ReadLabels(_folder.At("labels.json")), "labels.json"); break;
            default: throw new ArgumentException(kind, nameof(kind));
        }
    }
}
