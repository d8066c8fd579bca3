using CoFinetune.Data;

namespace CoFinetune.Training.Detectors;

/// <summary>How a frame lies in a detector's input: scaled as a whole, centered, with grey beside it.</summary>
internal readonly record struct LetterBox
{
    /// <summary>What YOLO fills the rest with.</summary>
    public const byte Grey = 114;

    /// <summary>Fits a frame of <paramref name="frameHeight"/> x <paramref name="frameWidth"/> into an input.</summary>
    public LetterBox(int frameHeight, int frameWidth, int inputHeight, int inputWidth)
    {
        (InputHeight, InputWidth) = (inputHeight, inputWidth);
        var scale = Math.Min((double)inputHeight / frameHeight, (double)inputWidth / frameWidth);
        Height = Math.Clamp((int)Math.Round(frameHeight * scale), 1, inputHeight);
        Width = Math.Clamp((int)Math.Round(frameWidth * scale), 1, inputWidth);
        (Top, Left) = ((inputHeight - Height) / 2, (inputWidth - Width) / 2);
    }

    /// <summary>Rows of the input.</summary>
    public int InputHeight { get; }

    /// <summary>Columns of the input.</summary>
    public int InputWidth { get; }

    /// <summary>Rows of the scaled frame.</summary>
    public int Height { get; }

    /// <summary>Columns of the scaled frame.</summary>
    public int Width { get; }

    /// <summary>Grey rows above it.</summary>
    public int Top { get; }

    /// <summary>Grey columns left of it.</summary>
    public int Left { get; }

    /// <summary>A box of the input in fractions of the frame, clipped to it; null when nothing of it is inside.</summary>
    public Box? ToFrame(in Candidate box)
    {
        var moved = new Box(Along(box.X1, Left, Width), Along(box.Y1, Top, Height), Along(box.X2, Left, Width), Along(box.Y2, Top, Height));
        return moved.X1 < moved.X2 && moved.Y1 < moved.Y2 ? moved : null;

        static float Along(float at, int start, int length) => Math.Clamp((at - start) / length, 0, 1);
    }
}
