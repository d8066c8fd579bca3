namespace CoFinetune.Training.Detectors;

/// <summary>The ways in which exported detectors give their boxes.</summary>
internal enum DetectorLayout
{
    /// <summary>Center, width, height, then a score for each class: <c>[1, 4 + C, N]</c> or transposed. YOLOv8 and newer.</summary>
    ClassScores,

    /// <summary>Center, width, height, a score for any object, then one for each class: <c>[1, N, 5 + C]</c> or transposed. YOLOv5.</summary>
    ObjectScores,

    /// <summary>Corners, score and class after suppression: <c>[N, 6]</c> or <c>[1, N, 6]</c>. YOLOv10, and exports with suppression.</summary>
    Rows,

    /// <summary>Image, corners, class and score after suppression: <c>[N, 7]</c>. YOLOv7's export.</summary>
    ImageRows,

    /// <summary>Three outputs: corners, classes, scores. torchvision, Detectron2, RT-DETR.</summary>
    Triple,

    /// <summary>Two outputs: center boxes in fractions of the input, and logits. DETR.</summary>
    Logits,
}
