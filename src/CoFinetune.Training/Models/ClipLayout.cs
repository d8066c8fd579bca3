namespace CoFinetune.Training.Models;

/// <summary>Order of the axes of stored clips.</summary>
public enum ClipLayout
{
    /// <summary>Clip, frame, channel, row, column: PyTorch's.</summary>
    Btchw,

    /// <summary>Clip, frame, row, column, channel: flax's.</summary>
    Bthwc,
}
