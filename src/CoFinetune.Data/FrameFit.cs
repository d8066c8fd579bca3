namespace CoFinetune.Data;

/// <summary>How frames of any shape become what the model sees.</summary>
public enum FrameFit
{
    /// <summary>Resize the short side, then cut a square: at random in training, at the centre when testing whole clips.
    /// Detection is tested on the whole frame, its long side rounded to a multiple of 16 pixels.</summary>
    Crop,

    /// <summary>Resize the whole frame to the square, whatever its shape; nothing is cut off, in training and testing alike.</summary>
    Stretch,
}
