namespace CoFinetune.Data;

/// <summary>What a dataset asks of the model; decides loss, target and metric.</summary>
public enum ClipTask
{
    /// <summary>One class per clip: softmax, top-1 and top-5.</summary>
    Classification,

    /// <summary>Any number of classes per clip: sigmoid, mean average precision over clips.</summary>
    MultiLabel,

    /// <summary>Any number of actions per person box at a keyframe: sigmoid, AVA frame-mAP.</summary>
    ActionDetection,
}
