namespace CoFinetune.Data.Video.Native;

/// <summary>Reads files of known content through every field and function that the layout of structs matters to.</summary>
internal static unsafe class LibavSelfCheck
{
    /// <summary>A GIF of 6 x 4 pixels: one red picture, 0.1 s later a blue one.</summary>
    internal const string Gif =
        "data:image/gif;base64,R0lGODlhBgAEAIAAAP8AAAAA/yH5BAAKAAAALAAAAAAGAAQAAAIOBAgQIECAAAECBAgQIFAAIfkEAAoAAAAsAAAAAAYABAAAAg5MmDBhwoQJEyZMmDBhUgA7";

    /// <summary>An mp4 of 6 x 4 pixels, to be turned by a right angle: two packets of one byte, 0.1 s apart, that no decoder takes.</summary>
    internal const string Mp4 =
        "data:video/mp4;base64,AAAAFGZ0eXBpc29tAAACAGlzb20AAAHzbW9vdgAAAGxtdmhkAAAAAAAAAAAAAAAAAAAD6AAAAMgAAQAAAQAAAAAAAAAAAAAAAAEAAAAAAAAAAAAAAAAAAAABAAAAAAAAAAAAAAAAAABA" +
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAgAAAX90cmFrAAAAXHRraGQAAAAHAAAAAAAAAAAAAAABAAAAAAAAAMgAAAAAAAAAAAAAAAAAAAAAAAAAAAABAAAAAAAA//8AAAAA" +
        "AAAAAAAAAAAAAAAAAABAAAAAAAYAAAAEAAAAAAEbbWRpYQAAACBtZGhkAAAAAAAAAAAAAAAAAAAACgAAAAJVxAAAAAAAIWhkbHIAAAAAAAAAAHZpZGUAAAAAAAAAAAAAAAAAAAAA0m1p" +
        "bmYAAADKc3RibAAAAGZzdHNkAAAAAAAAAAEAAABWanBlZwAAAAAAAAABAAAAAAAAAAAAAAAAAAAAAAAGAAQASAAAAEgAAAAAAAAAAQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" +
        "AAAAABj//wAAABhzdHRzAAAAAAAAAAEAAAACAAAAAQAAABxzdHNjAAAAAAAAAAEAAAABAAAAAgAAAAEAAAAUc3RzegAAAAAAAAABAAAAAgAAABRzdGNvAAAAAAAAAAEAAAIPAAAACm1k" +
        "YXRhYg==";

    /// <summary>What differs from the known content; null when nothing does.</summary>
    public static string? Problem(Libav libav)
    {
        try
        {
            return Differences(libav).FirstOrDefault();
        }
        catch (DataException failure)
        {
            return failure.Problem;
        }
    }

    private static List<string> Differences(Libav libav)
    {
        var found = new List<string>();
        using (var turned = VideoFile.OpenInline(libav, Mp4))
        {
            Expect("container", turned.Container.Contains("mp4", StringComparison.Ordinal), true);
            Expect("size", (turned.Width, turned.Height), (6, 4));
            Expect("rotation", turned.Orientation, new Orientation(true, false, true));
            Expect("frames", (turned.AnnouncedFrames, turned.FrameRate), (2, 10.0));
            for (var packet = 0; packet < 2; packet++)
                Expect("packet", (turned.Read(), turned.Time, turned.DecodingTime, turned.IsKey, turned.IsHidden), (true, packet, packet, true, false));
        }
        if (found.Count > 0) return found;
        using var file = VideoFile.OpenInline(libav, Gif);
        Expect("container", file.Container, "gif");
        Expect("size", (file.Width, file.Height), (6, 4));
        Expect("time base", file.Unit, 0.01);
        if (found.Count > 0) return found;
        using var decoder = new StreamDecoder(libav, file.Path, file.CodecId, file.Parameters);
        using var scaler = new FrameScaler(libav, default, 4, 6);
        var pixels = new byte[4 * 6 * 3 + FrameScaler.Slack];
        for (var picture = 0; picture < 2; picture++)
        {
            Expect("packet", file.Read(), true);
            Expect("packet times", (file.Time, file.DecodingTime, file.IsKey, file.IsHidden), (picture * 10L, picture * 10L, picture == 0, false));
            decoder.Send(file.Packet, wanted: true);
            Expect("frame", decoder.Receive(), true);
            Expect("frame size", (decoder.Width, decoder.Height, decoder.Time), (6, 4, picture * 10L));
            Expect("picture type", decoder.IsPredicted, picture == 1);
            if (found.Count > 0) return found;
            fixed (byte* destination = pixels) scaler.Scale(decoder, destination);
            Expect("colour", (pixels[0], pixels[1], pixels[2]), picture == 0 ? ((byte)255, (byte)0, (byte)0) : ((byte)0, (byte)0, (byte)255));
        }
        Expect("packet after the last", file.Read(), false);
        using var image = new ImagePacket(libav);
        Expect("packet bytes", image.Allocate(77).Length, 77);
        return found;

        void Expect<T>(string what, T actual, T expected)
        {
            if (!Equals(actual, expected)) found.Add($"{what} is {actual} in place of {expected}");
        }
    }
}
