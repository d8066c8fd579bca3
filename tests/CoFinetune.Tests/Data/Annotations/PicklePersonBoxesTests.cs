using System.Globalization;
using CoFinetune.Data;
using CoFinetune.Data.Annotations;
using CoFinetune.Tests.Data.Datasets;
using CoFinetune.Tests.Support;
using Xunit;

namespace CoFinetune.Tests.Data.Annotations;

/// <summary>The pickles were written by Python's pickler from objects that reduce as numpy's arrays do.</summary>
public sealed class PicklePersonBoxesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("gAJ9cQAoWAYAAABhLDA5MDJxAWNudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnECY251bXB5Cm5kYXJyYXkKcQNLAIVxBGNfY29kZWNzCmVuY29kZQpxBVgBAAAAYnEGWAYAAABsYXRpbjFxB4ZxCFJxCYdxClJxCyhLAUsCSwWGcQxjbnVtcHkKZHR5cGUKcQ1YAgAAAGY4cQ6JiIdxD1JxEChLA1gBAAAAPHERTk5OSv////9K/////0sAdHESYoloBVhaAAAAAAAAAAAAw4A/AAAAAAAAw5A/AAAAAAAAw6A/AAAAAAAAw6g/AAAAAAAAw6w/AAAAAAAAw6A/AAAAAAAAw6A/AAAAAAAAw6g/AAAAAAAAw6g/AAAAAAAAw5A/cRNoB4ZxFFJxFXRxFmJYBgAAAGIsMDkwM3EXaAJoA2gEaAmHcRhScRkoSwFLAEsFhnEaaA1YAgAAAGY0cRuJiIdxHFJxHShLA2gRTk5OSv////9K/////0sAdHEeYoljX19idWlsdGluX18KYnl0ZXMKcR8pUnEgdHEhYlgGAAAAYywxMi41cSJoAmgDaARoCYdxI1JxJChLAUsCSwSGcSVoHYhoBVgiAAAAAAAAPgAAAD8AAMKAPgAAID8AAMOAPgAAQD8AAAA/AABgP3EmaAeGcSdScSh0cSlidS4=")]
    [InlineData("gAN9cQAoWAYAAABhLDA5MDJxAWNudW1weS5jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnECY251bXB5Cm5kYXJyYXkKcQNLAIVxBEMBYnEFh3EGUnEHKEsBSwJLBYZxCGNudW1weQpkdHlwZQpxCVgCAAAAZjhxComIh3ELUnEMKEsDWAEAAAA8cQ1OTk5K/////0r/////SwB0cQ5iiUNQAAAAAAAAwD8AAAAAAADQPwAAAAAAAOA/AAAAAAAA6D8AAAAAAADsPwAAAAAAAOA/AAAAAAAA4D8AAAAAAADoPwAAAAAAAOg/AAAAAAAA0D9xD3RxEGJYBgAAAGIsMDkwM3ERaAJoA2gEaAWHcRJScRMoSwFLAEsFhnEUaAlYAgAAAGY0cRWJiIdxFlJxFyhLA2gNTk5OSv////9K/////0sAdHEYYolDAHEZdHEaYlgGAAAAYywxMi41cRtoAmgDaARoBYdxHFJxHShLAUsCSwSGcR5oF4hDIAAAAD4AAAA/AACAPgAAID8AAMA+AABAPwAAAD8AAGA/cR90cSBidS4=")]
    [InlineData("gASVdwEAAAAAAAB9lCiMBmEsMDkwMpSMFW51bXB5LmNvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwJLBYaUaAWMBWR0eXBllJOUjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiiUNQAAAAAAAAwD8AAAAAAADQPwAAAAAAAOA/AAAAAAAA6D8AAAAAAADsPwAAAAAAAOA/AAAAAAAA4D8AAAAAAADoPwAAAAAAAOg/AAAAAAAA0D+UdJRijAZiLDA5MDOUaARoB2gIaAmHlFKUKEsBSwBLBYaUaA6MAmY0lImIh5RSlChLA2gSTk5OSv////9K/////0sAdJRiiUMAlHSUYowGYywxMi41lGgEaAdoCGgJh5RSlChLAUsCSwSGlGgciEMgAAAAPgAAAD8AAIA+AAAgPwAAwD4AAEA/AAAAPwAAYD+UdJRidS4=")]
    [InlineData("gAWVXwEAAAAAAAB9lCiMBmEsMDkwMpSME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlCiWUAAAAAAAAAAAAAAAAADAPwAAAAAAANA/AAAAAAAA4D8AAAAAAADoPwAAAAAAAOw/AAAAAAAA4D8AAAAAAADgPwAAAAAAAOg/AAAAAAAA6D8AAAAAAADQP5SMBW51bXB5lIwFZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPJROTk5K/////0r/////SwB0lGJLAksFhpSMAUOUdJRSlIwGYiwwOTAzlGgEKJYAAAAAAAAAAJRoCIwCZjSUiYiHlFKUKEsDaAxOTk5K/////0r/////SwB0lGJLAEsFhpRoD3SUUpSMBmMsMTIuNZRoBCiWIAAAAAAAAAAAAAA+AAAAPwAAgD4AACA/AADAPgAAQD8AAAA/AABgP5RoFksCSwSGlIwBRpR0lFKUdS4=")]
    public void Read_EachProtocol_GivesTheSameBoxes(string pickle)
    {
        var keyframes = Read(pickle, 0.5);

        Assert.Equal(["a,0902", "b,0903", "c,12.500000"], keyframes.Select(keyframe => keyframe.Mention.Keyframe.ToString()));
        var person = Assert.Single(keyframes[0].Persons);
        Assert.Equal((new Box(0.125f, 0.25f, 0.5f, 0.75f), 0.875f), (person.Box, person.Score));
        Assert.Empty(keyframes[1].Persons);
        Assert.Equal([new Box(0.125f, 0.25f, 0.375f, 0.5f), new Box(0.5f, 0.625f, 0.75f, 0.875f)], keyframes[2].Persons.Select(p => p.Box));
        Assert.All(keyframes[2].Persons, p => Assert.Equal(1, p.Score));
    }

    [Fact]
    public void Read_BigEndianNumbers_AreTurned() =>
        Assert.Equal(new Box(0.125f, 0.25f, 0.5f, 0.75f), Assert.Single(Read("gASVvgAAAAAAAAB9lIwGYSwwOTAylIwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25kYXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAUsFhpRoBYwFZHR5cGWUk5SMAmY4lImIh5RSlChLA4wBPpROTk5K/////0r/////SwB0lGKJQyg/wAAAAAAAAD/QAAAAAAAAP+AAAAAAAAA/6AAAAAAAAD/gAAAAAAAAlHSUYnMu", 0.5)[0].Persons).Box);

    [Fact]
    public void Read_ScalarInPlaceOfAnArray_IsRefused() =>
        Assert.Contains("no array of boxes", Assert.Throws<DataException>(() => Read("gASVdQAAAAAAAAB9lIwGYSwwOTAylIwVbnVtcHkuY29yZS5tdWx0aWFycmF5lIwGc2NhbGFylJOUjAVudW1weZSMBWR0eXBllJOUjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sAdJRiQwgAAAAAAADgP5SGlFKUcy4=", 0)).Problem, StringComparison.Ordinal);

    [RealDataFact]
    public void Read_PublishedSample_HasItsBoxes()
    {
        var keyframes = AvaPersonBoxes.Read(RealData.PathOf("annotations/mmaction2_ava_proposals_sample.pkl"), 0.9);
        Assert.Equal("0f39OWEqJ24,0902", keyframes[0].Mention.Keyframe.ToString());
        var person = Assert.Single(keyframes[0].Persons);
        Assert.Equal("0.011 0.157 0.655 0.983", string.Create(CultureInfo.InvariantCulture, $"{person.Box.X1:0.000} {person.Box.Y1:0.000} {person.Box.X2:0.000} {person.Box.Y2:0.000}"));
    }

    private IReadOnlyList<AnnotatedKeyframe> Read(string pickle, double threshold)
    {
        File.WriteAllBytes(_folder.At("boxes.pkl"), Convert.FromBase64String(pickle));
        return AvaPersonBoxes.Read(_folder.At("boxes.pkl"), threshold);
    }
}
