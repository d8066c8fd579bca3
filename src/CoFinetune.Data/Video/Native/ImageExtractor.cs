namespace CoFinetune.Data.Video.Native;

/// <summary>Decodes image files, whatever their sizes, into pictures of one size.</summary>
internal static unsafe class ImageExtractor
{
    /// <summary>Decodes some images.</summary>
    /// <param name="folder">Their folder, for messages.</param>
    /// <param name="images">The files.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    /// <param name="pixels">Takes one picture per image, and <see cref="FrameScaler.Slack"/> bytes more.</param>
    /// <param name="between">Called between images; throws to give up.</param>
    /// <exception cref="DataException">An image is missing, cannot be decoded, or not without a complaint.</exception>
    public static void Run(string folder, IReadOnlyList<string> images, int height, int width, byte* pixels, Action between)
    {
        var libav = LibavLibraries.Newest;
        using var packet = new ImagePacket(libav);
        using var scaler = new FrameScaler(libav, default, height, width);
        StreamDecoder? decoder = null;
        try
        {
            var kind = default(ImageKind);
            for (var i = 0; i < images.Count; i++)
            {
                between();
                var header = packet.Read(images[i]);
                LibavLog.Take();
                if (decoder is null || header.Kind != kind)
                {
                    decoder?.Dispose();
                    decoder = new(libav, images[i], (int)(kind = header.Kind), 0);
                }
                var whole = decoder.Send(packet.Packet, wanted: true) && decoder.Receive() && scaler.Scale(decoder, pixels + (long)i * scaler.FrameBytes);
                if (!whole || LibavLog.Any) throw LibavLog.Broken(images[i], VideoLimits.DamagedImage, 0);
            }
        }
        catch (DataException cause)
        {
            throw VideoLimits.OfImage(folder, cause);
        }
        finally
        {
            decoder?.Dispose();
        }
    }
}
