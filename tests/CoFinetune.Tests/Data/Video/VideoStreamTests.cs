using System.Text.Json;
using CoFinetune.Data.Video;
using CoFinetune.Data.Video.Programs;
using Xunit;

namespace CoFinetune.Tests.Data.Video;

public sealed class VideoStreamTests
{
    [Fact]
    public void Before_EvenlySpaced_IsHalfAFrameEarlier()
    {
        var stream = Parse("\"width\":640,\"height\":480,\"avg_frame_rate\":\"25/1\"", "1.44 1.40 1.52 1.48", start: "1.40");
        Assert.Equal(new VideoInfo(640, 480, 25, 4), stream.Info);
        Assert.True(stream.Seekable);
        Assert.Equal(0.02, stream.Before(1), 1e-9);
        Assert.Equal(0.10, stream.Before(3), 1e-9);
    }

    [Fact]
    public void Before_UnevenlySpaced_IsHalfwayBetweenTwoFrames()
    {
        var stream = Parse("\"width\":640,\"height\":480,\"avg_frame_rate\":\"10/1\"", "0 0.1 0.2 1.0 1.1");
        Assert.Equal(0.6, stream.Before(3), 1e-9);
        Assert.Equal(1.05, stream.Before(4), 1e-9);
    }

    [Fact]
    public void Times_CountFromTheFirstFrame_WhereTheyAreUneven()
    {
        var uneven = Parse("\"width\":640,\"height\":480,\"avg_frame_rate\":\"10/1\"", "2 2.1 2.2 3.0 3.1", start: "1.5").Times!;
        Assert.All(new[] { 0, 0.1, 0.2, 1.0, 1.1 }.Zip(uneven), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Null(Parse("\"width\":640,\"height\":480,\"avg_frame_rate\":\"10/1\"", "2 2.1 2.2 2.3").Times);
    }

    [Theory]
    [InlineData("\"side_data_list\":[{\"rotation\":-90}]", 480, 640)]
    [InlineData("\"tags\":{\"rotate\":\"270\"}", 480, 640)]
    [InlineData("\"tags\":{\"rotate\":\"180\"}", 640, 480)]
    public void Parse_Rotated_GivesTheDisplayedSize(string entry, int width, int height)
    {
        var info = Parse($"\"width\":640,\"height\":480,\"avg_frame_rate\":\"25/1\",{entry}", "0 0.04").Info;
        Assert.Equal((width, height), (info.Width, info.Height));
    }

    [Fact]
    public void Parse_HiddenPackets_AreNoFrames()
    {
        var stream = Parse("\"width\":64,\"height\":48,\"avg_frame_rate\":\"10/1\",\"nb_frames\":\"4\"", "-0.1D 0 0.1 0.2");
        Assert.Equal((3, 0), (stream.Info.FrameCount, stream.Missing));
    }

    [Fact]
    public void Parse_FewerPacketsThanAnnounced_AreMissing() =>
        Assert.Equal(47, Parse("\"width\":64,\"height\":48,\"avg_frame_rate\":\"10/1\",\"nb_frames\":\"50\"", "0 0.1 0.2").Missing);

    [Theory]
    [InlineData("avi")]
    [InlineData("mpegts")]
    public void Parse_ContainerWithoutExactSeeking_IsCounted(string format) =>
        Assert.False(Parse("\"width\":64,\"height\":48,\"avg_frame_rate\":\"10/1\"", "0 0.1", format: format).Seekable);

    private static VideoStream Parse(string stream, string times, string start = "0.0", string format = "mov,mp4,m4a")
    {
        var packets = times.Split(' ').Select(time => $$"""{"pts_time":"{{time.TrimEnd('D')}}","flags":"K{{(time.EndsWith('D') ? 'D' : '_')}}"}""");
        var container = $$"""{"format_name":"{{format}}","start_time":"{{start}}"}""";
        using var json = JsonDocument.Parse($$$"""{"packets":[{{{string.Join(",", packets)}}}],"streams":[{{{{stream}}}}],"format":{{{container}}}}""");
        return VideoStream.Parse(json.RootElement)!;
    }
}
