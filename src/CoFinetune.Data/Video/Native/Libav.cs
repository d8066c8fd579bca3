using System.Runtime.InteropServices;

namespace CoFinetune.Data.Video.Native;

/// <summary>The functions of FFmpeg's shared libraries (4.3 to 9) that decoding needs, under their own names.</summary>
internal sealed unsafe class Libav
{
    public readonly delegate* unmanaged[Cdecl]<nint*, byte*, nint, nint*, int> avformat_open_input;
    public readonly delegate* unmanaged[Cdecl]<nint, nint*, int> avformat_find_stream_info;
    public readonly delegate* unmanaged[Cdecl]<nint*, void> avformat_close_input;
    public readonly delegate* unmanaged[Cdecl]<nint, int, long, long, long, int, int> avformat_seek_file;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, int> av_read_frame;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, nint, Rational> av_guess_frame_rate;
    public readonly delegate* unmanaged[Cdecl]<nint, int, nint*, int*> av_stream_get_side_data;          // null from FFmpeg 8 on

    public readonly delegate* unmanaged[Cdecl]<int, nint> avcodec_find_decoder;
    public readonly delegate* unmanaged[Cdecl]<nint, nint> avcodec_alloc_context3;
    public readonly delegate* unmanaged[Cdecl]<nint*, void> avcodec_free_context;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, int> avcodec_parameters_to_context;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, nint*, int> avcodec_open2;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, int> avcodec_send_packet;
    public readonly delegate* unmanaged[Cdecl]<nint, nint, int> avcodec_receive_frame;
    public readonly delegate* unmanaged[Cdecl]<nint, void> avcodec_flush_buffers;
    public readonly delegate* unmanaged[Cdecl]<nint> av_packet_alloc;
    public readonly delegate* unmanaged[Cdecl]<nint, int, int> av_new_packet;
    public readonly delegate* unmanaged[Cdecl]<nint, void> av_packet_unref;
    public readonly delegate* unmanaged[Cdecl]<nint*, void> av_packet_free;
    public readonly delegate* unmanaged[Cdecl]<nint, int, int, nint> av_packet_side_data_get;            // null before FFmpeg 6.1

    public readonly delegate* unmanaged[Cdecl]<nint> av_frame_alloc;
    public readonly delegate* unmanaged[Cdecl]<nint*, void> av_frame_free;
    public readonly delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, int> av_dict_set;
    public readonly delegate* unmanaged[Cdecl]<nint*, void> av_dict_free;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, long, int, int> av_opt_set_int;
    public readonly delegate* unmanaged[Cdecl]<nint, byte*, int, long*, int> av_opt_get_int;
    public readonly delegate* unmanaged[Cdecl]<int, byte*, nint, int> av_strerror;
    public readonly delegate* unmanaged[Cdecl]<int*, double> av_display_rotation_get;
    public readonly delegate* unmanaged[Cdecl]<nint, void> av_log_set_callback;
    public readonly delegate* unmanaged[Cdecl]<nint, int, byte*, nint, byte*, int, int*, int> av_log_format_line2;

    public readonly delegate* unmanaged[Cdecl]<int, int, int, int, int, int, int, nint, nint, nint, nint> sws_getContext;
    public readonly delegate* unmanaged[Cdecl]<nint, void> sws_freeContext;
    public readonly delegate* unmanaged[Cdecl]<nint, byte**, int*, int, int, byte**, int*, int> sws_scale;
    public readonly delegate* unmanaged[Cdecl]<int, int*> sws_getCoefficients;
    public readonly delegate* unmanaged[Cdecl]<nint, int**, int*, int**, int*, int*, int*, int*, int> sws_getColorspaceDetails;
    public readonly delegate* unmanaged[Cdecl]<nint, int*, int, int*, int, int, int, int, int> sws_setColorspaceDetails;

    /// <summary>The release that the libraries are of, as they call it: <c>5.1.6-0+deb12u1</c>, <c>n7.1</c>.</summary>
    public string Version { get; }

    /// <exception cref="EntryPointNotFoundException">A function is not there.</exception>
    public Libav((int Format, int Codec, int Util, int Scale) generation, nint format, nint codec, nint util, nint scale)
    {
        Layout = LibavLayout.Of(generation.Format);
        FormatMajor = (int)(((delegate* unmanaged[Cdecl]<uint>)NativeLibrary.GetExport(format, "avformat_version"))() >> 16);
        CodecMajor = generation.Codec;

        avformat_open_input = (delegate* unmanaged[Cdecl]<nint*, byte*, nint, nint*, int>)NativeLibrary.GetExport(format, nameof(avformat_open_input));
        avformat_find_stream_info = (delegate* unmanaged[Cdecl]<nint, nint*, int>)NativeLibrary.GetExport(format, nameof(avformat_find_stream_info));
        avformat_close_input = (delegate* unmanaged[Cdecl]<nint*, void>)NativeLibrary.GetExport(format, nameof(avformat_close_input));
        avformat_seek_file = (delegate* unmanaged[Cdecl]<nint, int, long, long, long, int, int>)NativeLibrary.GetExport(format, nameof(avformat_seek_file));
        av_read_frame = (delegate* unmanaged[Cdecl]<nint, nint, int>)NativeLibrary.GetExport(format, nameof(av_read_frame));
        av_guess_frame_rate = (delegate* unmanaged[Cdecl]<nint, nint, nint, Rational>)NativeLibrary.GetExport(format, nameof(av_guess_frame_rate));
        if (NativeLibrary.TryGetExport(format, nameof(av_stream_get_side_data), out var stream))
            av_stream_get_side_data = (delegate* unmanaged[Cdecl]<nint, int, nint*, int*>)stream;

        avcodec_find_decoder = (delegate* unmanaged[Cdecl]<int, nint>)NativeLibrary.GetExport(codec, nameof(avcodec_find_decoder));
        avcodec_alloc_context3 = (delegate* unmanaged[Cdecl]<nint, nint>)NativeLibrary.GetExport(codec, nameof(avcodec_alloc_context3));
        avcodec_free_context = (delegate* unmanaged[Cdecl]<nint*, void>)NativeLibrary.GetExport(codec, nameof(avcodec_free_context));
        avcodec_parameters_to_context = (delegate* unmanaged[Cdecl]<nint, nint, int>)NativeLibrary.GetExport(codec, nameof(avcodec_parameters_to_context));
        avcodec_open2 = (delegate* unmanaged[Cdecl]<nint, nint, nint*, int>)NativeLibrary.GetExport(codec, nameof(avcodec_open2));
        avcodec_send_packet = (delegate* unmanaged[Cdecl]<nint, nint, int>)NativeLibrary.GetExport(codec, nameof(avcodec_send_packet));
        avcodec_receive_frame = (delegate* unmanaged[Cdecl]<nint, nint, int>)NativeLibrary.GetExport(codec, nameof(avcodec_receive_frame));
        avcodec_flush_buffers = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(codec, nameof(avcodec_flush_buffers));
        av_packet_alloc = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(codec, nameof(av_packet_alloc));
        av_new_packet = (delegate* unmanaged[Cdecl]<nint, int, int>)NativeLibrary.GetExport(codec, nameof(av_new_packet));
        av_packet_unref = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(codec, nameof(av_packet_unref));
        av_packet_free = (delegate* unmanaged[Cdecl]<nint*, void>)NativeLibrary.GetExport(codec, nameof(av_packet_free));
        if (NativeLibrary.TryGetExport(codec, nameof(av_packet_side_data_get), out var sides))
            av_packet_side_data_get = (delegate* unmanaged[Cdecl]<nint, int, int, nint>)sides;

        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(util, "av_version_info"))())!;
        av_frame_alloc = (delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(util, nameof(av_frame_alloc));
        av_frame_free = (delegate* unmanaged[Cdecl]<nint*, void>)NativeLibrary.GetExport(util, nameof(av_frame_free));
        av_dict_set = (delegate* unmanaged[Cdecl]<nint*, byte*, byte*, int, int>)NativeLibrary.GetExport(util, nameof(av_dict_set));
        av_dict_free = (delegate* unmanaged[Cdecl]<nint*, void>)NativeLibrary.GetExport(util, nameof(av_dict_free));
        av_opt_set_int = (delegate* unmanaged[Cdecl]<nint, byte*, long, int, int>)NativeLibrary.GetExport(util, nameof(av_opt_set_int));
        av_opt_get_int = (delegate* unmanaged[Cdecl]<nint, byte*, int, long*, int>)NativeLibrary.GetExport(util, nameof(av_opt_get_int));
        av_strerror = (delegate* unmanaged[Cdecl]<int, byte*, nint, int>)NativeLibrary.GetExport(util, nameof(av_strerror));
        av_display_rotation_get = (delegate* unmanaged[Cdecl]<int*, double>)NativeLibrary.GetExport(util, nameof(av_display_rotation_get));
        av_log_set_callback = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(util, nameof(av_log_set_callback));
        av_log_format_line2 = (delegate* unmanaged[Cdecl]<nint, int, byte*, nint, byte*, int, int*, int>)NativeLibrary.GetExport(util, nameof(av_log_format_line2));

        sws_getContext = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, int, nint, nint, nint, nint>)NativeLibrary.GetExport(scale, nameof(sws_getContext));
        sws_freeContext = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(scale, nameof(sws_freeContext));
        sws_scale = (delegate* unmanaged[Cdecl]<nint, byte**, int*, int, int, byte**, int*, int>)NativeLibrary.GetExport(scale, nameof(sws_scale));
        sws_getCoefficients = (delegate* unmanaged[Cdecl]<int, int*>)NativeLibrary.GetExport(scale, nameof(sws_getCoefficients));
        sws_getColorspaceDetails = (delegate* unmanaged[Cdecl]<nint, int**, int*, int**, int*, int*, int*, int*, int>)NativeLibrary.GetExport(scale, nameof(sws_getColorspaceDetails));
        sws_setColorspaceDetails = (delegate* unmanaged[Cdecl]<nint, int*, int, int*, int, int, int, int, int>)NativeLibrary.GetExport(scale, nameof(sws_setColorspaceDetails));
    }

    /// <summary>Where fields lie.</summary>
    public LibavLayout Layout { get; }

    /// <summary>Major version of libavformat, as it says itself.</summary>
    public int FormatMajor { get; }

    /// <summary>Major version of libavcodec.</summary>
    public int CodecMajor { get; }

    /// <summary>What an error code means.</summary>
    public string Explain(int error)
    {
        var text = stackalloc byte[128];
        av_strerror(error, text, 128);
        return Marshal.PtrToStringUTF8((nint)text)!;
    }

    /// <summary>AVRational.</summary>
    public readonly record struct Rational(int Num, int Den);
}
